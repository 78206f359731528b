import { CONTROL_PLANES, planeOf, actionService } from "../../../drill/static-stability/planes";
import { EXPECTED } from "../../../drill/static-stability/expected";
import { graphDependencies } from "../../../drill/static-stability/graph";
import { judged, prove, type Proof } from "../../../drill/static-stability/prove";
import { proofText } from "../../../drill/static-stability/text";
import type { DeployedStack } from "../../../platform/stack";
import { virtualWorld } from "../../helpers/system";
import { deployed, PRIMARY } from "./support";

/** Five seconds of an idle processor; test runs are not idle. */
const BUSY_MS = 240_000;

let stack: DeployedStack;
let proof: Proof;
beforeAll(async () => {
  stack = await deployed();
  proof = await prove(stack);
}, BUSY_MS);

test("recovery and operators' commands do without any control plane and without the primary, refused or vanished", () => {
  expect(proof.findings).toEqual([]);
  expect(proof.drills.map(({ name, pass }) => [name, pass])).toEqual([
    ["static-stability-refuse", true],
    ["operators-refuse", true],
    ["static-stability-vanish", true],
    ["operators-vanish", true],
  ]);
});

test("nothing that is needed is in us-east-1 or a control plane's, and of the primary answers are only asked", () => {
  expect(proof.lines.filter(({ plane }) => plane === "control")).toEqual([]);
  expect(proof.lines.filter(({ region, need }) => region === PRIMARY && need === "needed")).toEqual([]);
  const asked = proof.lines.filter(({ region, purpose }) => region === PRIMARY && purpose === "detect").map(({ what, need }) => `${what}: ${need}`);
  expect(asked.sort()).toEqual(["cloudwatch:Alarm payments-grey-failure: asked", "execute-api:GET /health: asked"]);
});

test("whoever reads the proof sees each dependency with its region, its plane and its reason", () => {
  const text = proofText(proof);
  expect(text).toMatch(/dynamodb:PutItem payments-control +us-east-2 \(secondary\) +data +latch, fail over, fail back +needed +drill, graph +the latch moves/);
  expect(text).toMatch(/dynamodb:Quorum payments-table +us-west-2 \(witness\) +data/);
  expect(text).toMatch(/pass {2}operators-vanish: failover done in \d/);
  expect(text).toMatch(/Statically stable, in a model of AWS/);
});

test("an expectation that nothing meets any more is told, so that the list stays true", () => {
  const gone = { what: "s3:GetObject payments-config", where: "secondary", plane: "data", neededFor: ["pay"], because: "was needed once" } as const;
  const { findings } = judged(stack, graphDependencies(stack), [], [...EXPECTED, gone]);
  expect(findings).toContainEqual({ kind: "stale", what: "s3:GetObject payments-config | secondary | pay" });
  expect(proof.findings.filter(({ kind }) => kind === "stale")).toEqual([]);
});

test("every operation that the twin answers belongs to one plane: none can slip past the broken control planes", () => {
  const { cloud } = virtualWorld(stack);
  const unclear = cloud.published().flatMap((published) => {
    const [region = "", service = ""] = published.split("/");
    const control = CONTROL_PLANES[service];
    return cloud
      .operationsOf(service, region)
      .filter((operation) => (planeOf(actionService(service), operation) === "control") !== (control === "all" || control?.includes(operation) === true))
      .map((operation) => `${service}:${operation}`);
  });
  expect([...new Set(unclear)]).toEqual([]);
});
