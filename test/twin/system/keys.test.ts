import type { DeployedStack } from "../../../platform/stack";
import type { GraphResource } from "../../../twin/deploy/graph";
import { TABLE_KEY_HOLD_MS } from "../../../twin/services/dynamodb/index";
import { lambda } from "../../../twin/services/lambda/index";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, withInputs } from "../../helpers/system";

const EAST = "us-east-1";
const OHIO = "us-east-2";
const PROCESS = `payments-process-${EAST}-local`;

let stack: DeployedStack;
beforeAll(async () => {
  stack = await deployedStack();
});

test("the primary's keys are disabled: its health route says so within DynamoDB's five minutes, traffic moves, and healing makes it whole", async () => {
  const world = virtualWorld(stack);
  const { primary } = stack.outputs.hostnames;
  const health = async (): Promise<number> => (await world.get(primary, "/health")).status;
  await world.tell(async () => {
    expect(await world.until(120, () => world.latch() === "primary" && world.led() === EAST)).toBe(true);
    expect((await world.pay("before")).region).toBe(EAST);
    const { id } = world.cloud.faults.add({ kind: "key", region: EAST });
    expect(await health()).toBe(200);
    expect(await world.until(TABLE_KEY_HOLD_MS / 1000 + 60, () => world.led() === OHIO)).toBe(true);
    expect(await health()).toBe(503);
    expect(await world.pay("while")).toMatchObject({ status: 201, region: OHIO });
    world.cloud.faults.remove(id);
    await world.kernel.sleep(10_000);
    expect(await health()).toBe(200);
    expect(await world.pay("healed", { host: primary })).toMatchObject({ status: 201, region: EAST });
    expect(world.stored(EAST)).toHaveLength(3);
    // A region that was left takes traffic again only when an operator says so.
    expect(world.led()).toBe(OHIO);
  });
});

/** The function's role policy without its right to the table's key. */
function withoutTableKey(resource: GraphResource): GraphResource {
  const document = JSON.parse(String(resource.inputs["policy"])) as { Statement: { Sid?: string }[] }; // the program's own policy
  return withInputs(resource, { policy: JSON.stringify({ ...document, Statement: document.Statement.filter(({ Sid }) => Sid !== "UseTableKey") }) });
}

test("whoever forgets the right to the table's key hears 503, and the log names KMS", async () => {
  const world = virtualWorld(operated(stack, (resource) => (resource.type === "aws:iam/rolePolicy:RolePolicy" && resource.name === PROCESS ? withoutTableKey(resource) : resource)));
  const { primary, secondary } = stack.outputs.hostnames;
  await world.tell(async () => {
    expect(await world.pay("k", { host: primary })).toMatchObject({ status: 503, body: { error: { code: "UNAVAILABLE" } } });
    expect(await world.pay("k", { host: secondary })).toMatchObject({ status: 201 });
  });
  expect(lambda(world.cloud, EAST).logs(PROCESS).map(({ line }) => line).join()).toMatch(/AccessDenied/);
});
