import { observeOperators, observeRecovery, COMMANDS, type Observation } from "../../../drill/static-stability/observe";
import { EXPECTED } from "../../../drill/static-stability/expected";
import { judged, type Finding } from "../../../drill/static-stability/prove";
import type { DeployedStack } from "../../../platform/stack";
import { ofType, type AssetRef, type GraphResource } from "../../../twin/deploy/graph";
import { operated, withInputs } from "../../helpers/system";
import { addedByGraph, changed, deployed, grant, PRIMARY, SECONDARY, withVariables } from "./support";

let good: DeployedStack;
beforeAll(async () => {
  good = await deployed();
});
/** Seconds of an idle processor; test runs are not idle. */
jest.setTimeout(240_000);

const POLICY = "iam/rolePolicy:RolePolicy";
const FUNCTION = "lambda/function:Function";
const CHECK = "route53/healthCheck:HealthCheck";
const told = (findings: readonly Finding[]): readonly string[] => findings.map(({ kind, what }) => `${kind}: ${what}`);

describe("added in the program, and found in its graph", () => {
  const CONTROL_IN_PRIMARY = `arn:aws:dynamodb:${PRIMARY}:123456789012:table/payments-control-${PRIMARY}-local`;
  const calculated = (resource: GraphResource): boolean => resource.inputs["type"] === "CALCULATED";

  test.each<[string, (resource: GraphResource) => GraphResource, RegExp]>([
    [
      "a latch whose table is in the primary",
      changed(POLICY, "payments-switch", (resource) => grant(resource, "dynamodb:PutItem", CONTROL_IN_PRIMARY)),
      /^forbidden: dynamodb:PutItem payments-control in us-east-1 \(primary\), data plane, needed to latch, found by graph$/,
    ],
    [
      "a function that asks STS's global endpoint",
      changed(FUNCTION, `payments-process-${SECONDARY}`, (resource) => withVariables(resource, { AWS_STS_REGIONAL_ENDPOINTS: "legacy" })),
      /^forbidden: sts:AssumeRole sts.amazonaws.com in us-east-1 \(primary\), data plane, needed to pay, found by graph$/,
    ],
    [
      "a function with an endpoint of us-east-1 for its region's",
      changed(FUNCTION, `payments-process-${SECONDARY}`, (resource) => withVariables(resource, { AWS_ENDPOINT_URL_STS: "https://sts.amazonaws.com" })),
      /^forbidden: sts:Use sts.amazonaws.com in us-east-1/,
    ],
    [
      "a check that hears of the region's loss by an alarm alone",
      changed(CHECK, "payments-failover", (resource) => (calculated(resource) ? withInputs(resource, { childHealthThreshold: 2 }) : resource)),
      /^forbidden: cloudwatch:Alarm payments-grey-failure in us-east-1 \(primary\), data plane, needed to detect, found by graph$/,
    ],
    [
      "a switch that changes records itself",
      changed(POLICY, "payments-switch", (resource) => grant(resource, "route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1")),
      /^forbidden: route53:ChangeResourceRecordSets Z1 in us-east-1 \(primary\), control plane, needed to latch, found by graph$/,
    ],
    [
      "a certificate that is in us-east-1, as edge-optimized names want it",
      changed("apigateway/domainName:DomainName", SECONDARY, (resource) =>
        withInputs(resource, { regionalCertificateArn: String(resource.inputs["regionalCertificateArn"]).replace(SECONDARY, PRIMARY) }),
      ),
      /^forbidden: acm:Certificate in us-east-1 \(primary\), data plane, needed to pay, found by graph$/,
    ],
    [
      "a bucket of settings that payments read, in the region itself",
      changed(POLICY, `payments-process-${SECONDARY}`, (resource) => grant(resource, "s3:GetObject", "arn:aws:s3:::payments-settings/limits.json")),
      /^added: s3:GetObject .*in us-east-2 \(secondary\), data plane, needed to pay, found by graph$/,
    ],
  ])("%s is named", (_, edit, expected) => {
    expect(addedByGraph(good)).toEqual([]);
    expect(told(addedByGraph(operated(good, edit)))).toContainEqual(expect.stringMatching(expected));
  });
});

/** What a drill alone shows. */
const addedByDrill = (stack: DeployedStack, drill: Observation): readonly string[] =>
  told(judged(stack, drill.dependencies, [drill], EXPECTED).findings.filter(({ kind }) => kind !== "stale"));

describe("added in code, and seen in a drill", () => {
  /** The secondary's function with its code's handler behind a call of STS. */
  function askingSts(stack: DeployedStack): DeployedStack {
    const fn = ofType(stack.deployment.graph, `aws:${FUNCTION}`).find(({ name }) => name === `payments-process-${SECONDARY}-local`);
    const { files } = fn?.inputs["code"] as AssetRef; // FunctionArgs.code
    const bundle = files["index.js"];
    if (!bundle) throw new Error("the process function has no index.js");
    const code = `${stack.deployment.blobs.get(bundle.sha256) ?? ""}
      const { createHandler } = module.exports;
      class Sts { constructor() { this.config = { signingName: "sts" }; } }
      class Ask { constructor() { this.input = {}; } resolveMiddleware(stack) { return stack.concat().resolve(undefined, { commandName: "GetCallerIdentityCommand" }); } }
      module.exports = { ...module.exports, createHandler: (runtime) => {
        const handler = createHandler(runtime);
        const sts = runtime.client(Sts, { connectMs: 100, requestMs: 200, attempts: 1, baseMs: 10, capMs: 10 });
        return async (event, context) => { await sts.send(new Ask()).catch(() => undefined); return handler(event, context); };
      } };`;
    const edited = operated(stack, (resource) => (resource === fn ? withInputs(resource, { code: { files: { "index.js": { ...bundle, sha256: "asking" } } } }) : resource));
    return { ...edited, deployment: { ...edited.deployment, blobs: new Map(stack.deployment.blobs).set("asking", code) } };
  }

  test("a payment that first asks STS, though nothing in the graph says so, is named", async () => {
    const stack = askingSts(good);
    expect(addedByGraph(stack)).toEqual([]);
    const drill = await observeRecovery(stack, "refuse");
    expect(addedByDrill(stack, drill)).toContainEqual(expect.stringMatching(/^added: sts:GetCallerIdentity in us-east-2 \(secondary\), data plane, \w+ to pay, found by drill$/));
  });

  test("an operators' command that changes records first is refused with the control plane, and is named", async () => {
    const drill = await observeOperators(good, "refuse", {
      ...COMMANDS,
      failover: async (access, cloud) => {
        const change = { region: PRIMARY, service: "route53", operation: "ChangeResourceRecordSets" };
        await cloud.call(change, { HostedZoneId: "Z1" }, {}).catch(() => undefined);
        return COMMANDS.failover(access, cloud);
      },
    });
    expect(addedByDrill(good, drill)).toContainEqual(expect.stringMatching(/^forbidden: route53:ChangeResourceRecordSets in us-east-1 \(primary\), control plane, asked to fail over, found by drill$/));
  });

  test("a recovery that hears of the loss by an alarm alone fails its drill too", async () => {
    const stack = operated(
      good,
      changed(CHECK, "payments-failover", (resource) => withInputs(resource, { childHealthThreshold: 2 })),
    );
    const drill = await observeRecovery(stack, "refuse");
    expect(drill).toMatchObject({ pass: false, outcome: expect.stringContaining("rto-dns-region") });
  });
});
