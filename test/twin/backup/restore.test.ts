import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../../lambda/shared/table";
import { isRestored, restore, type RestoreOptions } from "../../../ops/restore";
import { tableSource } from "../../../ops/restore-source";
import type { DeployedStack } from "../../../platform/stack";
import { sdkClient } from "../../../twin/runtime";
import { createTable, dynamodb } from "../../../twin/services/dynamodb/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld, type Answer, type World } from "../../helpers/system";

const EAST = "us-east-1";
const OHIO = "us-east-2";
const RESTORED = "payments-restored-1";
const KEYS = Array.from({ length: 24 }, (_, n) => `order-${n}`);

let before: DeployedStack;
let after: DeployedStack;
beforeAll(async () => {
  before = await deployedStack();
  after = await deployedStack({ overrides: { "tap:tableGeneration": "g2" } });
});

const call = ({ cloud }: World, operation: string, input: object): Promise<unknown> => cloud.call({ region: EAST, service: "dynamodb", operation }, input, {});
const read = (world: World, { outputs }: DeployedStack, id: string, region: "primary" | "secondary"): Promise<Answer> => world.get(outputs.hostnames[region], `/payments/${id}`);

interface Story {
  /** The table as AWS Backup has it: also what health routes wrote. */
  readonly copy: readonly Item[];
  readonly payments: readonly Answer["body"][];
}

/** Payments, a backup, and then somebody changes one payment and deletes another in the table itself. */
async function corrupted(): Promise<Story> {
  const world = virtualWorld(before);
  const { tableName, hostnames } = before.outputs;
  return world.tell(async () => {
    const payments: Answer["body"][] = [];
    for (const key of KEYS) payments.push((await world.pay(key, { host: hostnames.primary })).body);
    await world.until(60, () => dynamodb(world.cloud, EAST).items(tableName).length > KEYS.length);
    const copy = structuredClone(dynamodb(world.cloud, EAST).items(tableName)) as readonly Item[]; // items as the SDK shows them
    const [changed, deleted] = payments.map(({ paymentId }) => String(paymentId));
    const key = (id = "") => ({ TableName: tableName, Key: { paymentId: { S: id } } });
    await call(world, "UpdateItem", { ...key(changed), UpdateExpression: "SET amount = :a", ExpressionAttributeValues: { ":a": { N: "1" } } });
    await call(world, "DeleteItem", key(deleted));
    expect((await read(world, before, String(changed), "secondary")).body["amount"]).toBe(1);
    expect((await read(world, before, String(deleted), "secondary")).status).toBe(404);
    return { copy, payments };
  });
}

/** The new generation, with the table that AWS has restored beside it. */
async function nextGeneration(copy: readonly Item[]): Promise<World> {
  const world = virtualWorld(after);
  createTable(world.cloud, {
    definition: { name: RESTORED, keys: { hash: { name: "paymentId", type: "S" } }, indexes: [], billingMode: "PAY_PER_REQUEST", deletionProtection: false },
    membership: { mode: "regional", regions: [EAST] },
  });
  await world.tell(async () => {
    for (const item of copy) await call(world, "PutItem", { TableName: RESTORED, Item: item });
  });
  return world;
}

const options = ({ cloud, kernel }: World, apply: boolean): RestoreOptions => {
  const client = sdkClient(cloud, EAST, DynamoDBClient);
  return { source: tableSource(client, RESTORED, 4), target: { name: after.outputs.tableName, client }, clock: kernel, apply, rate: 20 };
};

test("after a corruption every payment of the backup is in a new, empty, strong table, and its callers notice nothing", async () => {
  const { copy, payments } = await corrupted();
  expect(copy.length).toBeGreaterThan(KEYS.length);
  expect(after.outputs.tableName).not.toBe(before.outputs.tableName);
  const world = await nextGeneration(copy);
  expect([world.stored(EAST), world.stored(OHIO)]).toEqual([[], []]);

  await world.tell(async () => {
    const told = await restore(options(world, false));
    expect(told.counts).toMatchObject({ imported: KEYS.length, equal: 0, reserved: copy.length - KEYS.length, conflicts: [], unreadable: [] });
    expect([isRestored(told, false), world.stored(EAST)]).toEqual([false, []]);

    const start = world.kernel.now();
    const done = await restore(options(world, true));
    expect(done).toMatchObject({ counts: { read: copy.length, imported: KEYS.length, equal: 0 }, failures: [] });
    // 24 at 20 a second.
    expect(world.kernel.now() - start).toBeGreaterThanOrEqual(1_100);
    expect(isRestored(done, true)).toBe(true);

    const sorted = [...payments].sort((a, b) => (String(a["paymentId"]) < String(b["paymentId"]) ? -1 : 1));
    expect(world.stored(EAST)).toEqual(sorted);
    expect(world.stored(OHIO)).toEqual(sorted);

    for (const payment of payments) {
      const answers = await Promise.all((["primary", "secondary"] as const).map((region) => read(world, after, String(payment["paymentId"]), region)));
      expect(answers.map(({ status, body }) => [status, body])).toEqual([[200, payment], [200, payment]]);
    }
    for (const [index, key] of KEYS.entries()) {
      const { status, body } = await world.pay(key, { host: index % 2 ? after.outputs.hostnames.primary : after.outputs.hostnames.secondary });
      expect([status, body]).toEqual([200, payments[index]]);
    }

    const again = await restore(options(world, true));
    expect(again.counts).toMatchObject({ imported: 0, equal: KEYS.length, conflicts: [] });
    expect([isRestored(again, true), isRestored(await restore(options(world, false)), false)]).toEqual([true, true]);
  });
});

test("a payment that was accepted anew before the import is told and kept as it is", async () => {
  const { copy, payments } = await corrupted();
  const world = await nextGeneration(copy);
  await world.tell(async () => {
    const renewed = await world.pay(KEYS[3] ?? "", { host: after.outputs.hostnames.secondary });
    expect(renewed.status).toBe(201);
    const result = await restore(options(world, true));
    expect(result.counts.conflicts).toHaveLength(1);
    expect(result.counts.conflicts[0]).toMatch(new RegExp(`^${String(payments[3]?.["paymentId"])}: other createdAt, .*region`));
    expect(result.counts.imported).toBe(KEYS.length - 1);
    expect(isRestored(result, true)).toBe(false);
    expect((await read(world, after, String(renewed.body["paymentId"]), "primary")).body).toEqual(renewed.body);
  });
});
