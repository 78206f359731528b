import type { DrillClientKind } from "../../../drill/client-kinds";
import { evidence, textReport } from "../../../drill/report";
import { drillInVirtualTime } from "../../../drill/run/virtual";
import { scenarioNamed } from "../../../drill/scenarios/index";
import { withSigV4, withSigV4a } from "../../../drill/signing";
import { IDEMPOTENCY_HEADER } from "../../../lambda/shared/constants";
import type { DeployedStack } from "../../../platform/stack";
import { auth, credentials } from "../../../twin/services/auth/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld } from "../../helpers/system";

let deployed: DeployedStack;
beforeAll(async () => {
  deployed = await deployedStack({ overrides: { "tap:apiAuth": "iam" } });
});

/** Fewer clients and a shorter story than the drill's own: signing takes real time. */
const drill = (client: DrillClientKind, name = "region-lost") => {
  const scenario = { ...scenarioNamed(name), clients: 4, faultAtMs: 15_000, maxMs: 60_000 };
  return drillInVirtualTime({ deployed, scenario, assumptions: "documented", seed: 3, client });
};

describe("a region is lost while clients sign", () => {
  it("and those with SigV4A for both regions pay again within the budget", async () => {
    const result = await drill("dns-only");
    expect(result.verdict.lines.filter(({ pass }) => !pass)).toEqual([]);
    expect(result.never).toBeUndefined();
  });

  it("and those with SigV4 for the lost region never do: the report tells why", async () => {
    const result = await drill("dns-only-sigv4");
    expect(result.verdict.pass).toBe(false);
    expect(textReport(result)).toContain("recovered: never; cause: signature scope (4 clients)");
    expect(evidence(result)).toMatchObject({ pass: false, never: { clients: 4, cause: "signature scope" } });
  });

  it.each(["region-lost", "region-vanishes"])("%s: those that know both hostnames pay again within 5 s", async (scenario) => {
    const result = await drill("both-hostnames", scenario);
    expect(result.verdict.lines.filter(({ pass }) => !pass)).toEqual([]);
    expect(result.verdict.lines.map(({ id }) => id)).toContain("rto-both");
  });
});

describe("a payment at the front door of an iam stack", () => {
  const setUp = () => {
    const world = virtualWorld(deployed);
    const host = deployed.outputs.hostnames.secondary;
    const pay = async (sign: ReturnType<typeof withSigV4>) => {
      const request = { method: "POST", host, target: "/payments", headers: { "content-type": "application/json", [IDEMPOTENCY_HEADER]: "k1" }, body: JSON.stringify({ customerId: "c1", amount: 1250, currency: "EUR" }) };
      const { address } = await world.transport.resolve(host);
      const { status, body } = await world.transport.send(address, await sign(request, world.kernel.now()), 3_000);
      return { status, code: (JSON.parse(body) as { error?: { code: string } }).error?.code }; // the API's error shape
    };
    const issue = (principal: string, stsEndpoint = "us-east-2", lifetime = 3_600_000) =>
      credentials(world.cloud).issue({ principal, stsEndpoint, expiresAt: world.kernel.now() + lifetime });
    return { world, pay, issue };
  };
  const USER = "arn:aws:iam::123456789012:user/anna";
  const BOTH = ["us-east-1", "us-east-2"];
  const FORBIDDEN = { status: 403, code: "FORBIDDEN" };

  it("is taken with the region's own SigV4, and with SigV4A", async () => {
    const { world, pay, issue } = setUp();
    const answers = await world.tell(async () => [await pay(withSigV4(issue(USER), "us-east-2")), await pay(withSigV4a(issue(USER), BOTH))]);
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  });

  it.each([
    ["no signature", () => async (request: never) => request],
    ["SigV4 of the other region", ({ issue }: ReturnType<typeof setUp>) => withSigV4(issue(USER), "us-east-1")],
    ["an expired session", ({ issue }: ReturnType<typeof setUp>) => withSigV4a(issue(USER, "us-east-2", 0), BOTH)],
    ["SigV4A and a token of the global STS endpoint", ({ issue }: ReturnType<typeof setUp>) => withSigV4a(issue(USER, "global"), BOTH)],
    ["a role that may not invoke it", ({ issue }: ReturnType<typeof setUp>) => withSigV4a(issue("arn:aws:iam::123456789012:role/nobody"), BOTH)],
  ])("answers the API's FORBIDDEN to %s", async (_name, signer) => {
    const here = setUp();
    expect(await here.world.tell(() => here.pay(signer(here) as ReturnType<typeof withSigV4>))).toEqual(FORBIDDEN); // one of them signs nothing
  });

  it("asks who may invoke the method, by its ARN", async () => {
    const { world, pay, issue } = setUp();
    const asked: string[] = [];
    auth(world.cloud).mayInvoke = (principal, methodArn) => {
      asked.push(`${principal} ${methodArn.replace(/:[a-z0-9]+\//, ":api/")}`);
      return false;
    };
    expect(await world.tell(() => pay(withSigV4a(issue(USER), BOTH)))).toEqual(FORBIDDEN);
    expect(asked).toEqual([expect.stringMatching(/^arn:aws:iam::123456789012:user\/anna arn:aws:execute-api:us-east-2:123456789012:api\/[^/]+\/POST\/payments$/)]);
  });
});
