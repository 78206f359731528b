import { failback } from "../../../ops/failback";
import { failover } from "../../../ops/failover";
import { operatorRoles, withIdentity } from "../../../ops/operator-roles";
import type { Access } from "../../../ops/access";
import { operatorAccess } from "../../../ops/operator-access";
import { isWhole, status } from "../../../ops/status";
import { lastEntries } from "../../../ops/trail";
import { testCredentials } from "../../../platform/credentials-file";
import type { DeployedStack } from "../../../platform/stack";
import { AwsWire } from "../../../twin/doors/aws-wire";
import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import { RealKernel } from "../../../twin/kernel/real";
import { bringToLife } from "../../../twin/live";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { deployedStack } from "../../helpers/deployed";
import { EAST, OHIO, operatedWorld } from "./support";

const ACCOUNT = "123456789012";
const TESTER = `arn:aws:iam::${ACCOUNT}:user/tester`;
const REASON = "rehearsal by the operator roles";
const deployed = (operators: readonly string[]): Promise<DeployedStack> =>
  deployedStack({ overrides: { "tap:operators": JSON.stringify(operators) } });

let stack: DeployedStack;
beforeAll(async () => {
  stack = await deployed([TESTER]);
});

const rolesOf = ({ outputs }: DeployedStack): Readonly<Record<string, string>> => operatorRoles({ outputs }) ?? {};

describe("by the operator role of each region", () => {
  test("status, failover and failback get through with nothing else", async () => {
    const world = operatedWorld(stack, rolesOf(stack));
    await world.tell(async () => {
      await world.inService();
      await world.healthyFor(180_000);
      expect(await failover(world.access, { reason: REASON })).toMatchObject({ outcome: "done" });
      expect(await failback(world.access)).toMatchObject({ outcome: "done" });
      expect(isWhole(await status(world.access))).toBe(true);
      expect(world.lines.filter((line) => line.includes("not in the audit trail"))).toEqual([]);
    });
  });

  test("the trail is kept in the primary where the secondary takes no line", async () => {
    const world = operatedWorld(stack, rolesOf(stack));
    await world.tell(async () => {
      await world.inService();
      world.cloud.faults.add({ kind: "service", service: "dynamodb", region: OHIO, resource: stack.outputs.auditTableName });
      expect(await failover(world.access, { reason: REASON })).toMatchObject({ outcome: "done" });
      const entries = await lastEntries(world.access, 10);
      expect(entries.filter(({ action }) => action === "failover").map(({ step }) => step)).toEqual(["end", "dns", "latch", "health", "start"]);
    });
  });
});

describe("whose permissions a command has", () => {
  let kernel: RealKernel;
  const wires = new Map<string, AwsWire>();
  let closed: Access;

  beforeAll(async () => {
    kernel = new RealKernel(1, (error) => {
      throw error;
    });
    const cloud: Cloud = new Cloud({ kernel, latency: noLatency, functions: new InProcessHost(() => cloud), accountId: ACCOUNT });
    bringToLife(stack.deployment, cloud, new Map([[EAST, "127.0.0.1"], [OHIO, "127.0.0.2"]]));
    for (const region of [EAST, OHIO]) wires.set(region, await AwsWire.start(cloud, { region, address: "127.0.0.1", port: 0 }));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = testCredentials(cloud, OHIO);
    const endpoint = (region: string) => wires.get(region)?.url ?? "";
    closed = {
      kind: "twin",
      outputs: stack.outputs,
      settings: (region) => ({ region, endpoint: endpoint(region), credentials: { accessKeyId: "test", secretAccessKey: "test" } }),
      stsSettings: (region) => ({ region, endpoint: endpoint(region), credentials: { accessKeyId, secretAccessKey, sessionToken } }),
    };
  });
  afterAll(async () => {
    for (const wire of wires.values()) await wire.stop();
    kernel.stop();
  });

  const actorOf = async (access: Access): Promise<string> => {
    const surroundings = operatorAccess(access, { random: () => 0.5, out: () => undefined });
    try {
      await failover(surroundings, { reason: REASON }); // refused: nothing is in service yet; the trail has who asked
      return (await lastEntries(surroundings, 1))[0]?.actor ?? "";
    } finally {
      surroundings.close();
    }
  };

  test("are the roles' where the stack has them; the trail names the session, and it whoever took it", async () => {
    expect(await actorOf(await withIdentity(closed, undefined))).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/payments-dr-operator-us-east-2-local/tester`);
  });

  test("are the caller's own where asked for", async () => {
    expect(await actorOf(await withIdentity(closed, "caller"))).toBe(`arn:aws:iam::${ACCOUNT}:root`);
  });

  test("are asked of the primary's STS where the secondary's does not answer", async () => {
    const lost: Access = { ...closed, stsSettings: (region) => ({ ...closed.stsSettings(region), ...(region === OHIO ? { endpoint: "http://127.0.0.1:1" } : {}) }) };
    const { credentials } = (await withIdentity(lost, "operator")).settings(EAST, "dynamodb");
    expect(credentials?.accessKeyId).toMatch(/^ASIA/);
  });

  test.each([
    ["nobody whom the stack names", { accessKeyId: "test", secretAccessKey: "test" }, /cannot be taken: .*not be assumed by root[^]*tap:operators must name you[^]*second factor[^]*--as caller/],
  ])("are refused, with what to do, to %s", async (_, credentials, message) => {
    const stranger: Access = { ...closed, stsSettings: (region) => ({ ...closed.settings(region, "sts"), credentials }) };
    await expect(withIdentity(stranger, "operator")).rejects.toThrow(message);
  });

  test("are the caller's in a stack without operator roles, which are refused where asked for", async () => {
    const without: Access = { ...closed, outputs: (await deployed([])).outputs };
    expect(await withIdentity(without, undefined)).toBe(without);
    await expect(withIdentity(without, "operator")).rejects.toThrow(/--as operator: no operator role: tap:operators names nobody/);
  });
});
