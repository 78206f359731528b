import type { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { toItem, type Item } from "../../../lambda/shared/table";
import { isRestored, restore, restoreTable, type RestoreOptions } from "../../../ops/restore";
import { fileCheckpoint } from "../../../ops/restore-progress";
import { fileSource } from "../../../ops/restore-source";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "restore-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const itemNo = (n: number, amount = 100): Item =>
  toItem({ paymentId: `pay_${String(n).padStart(5, "0")}`, customerId: "c", amount, currency: "EUR", status: "ACCEPTED", region: "us-east-1", createdAt: "2026-01-01T00:00:00.000Z" });
const itemsTo = (end: number): readonly Item[] => Array.from({ length: end }, (_, n) => itemNo(n));
const idOf = (item: Item): string => item["paymentId"]?.S ?? "";

function write(items: readonly unknown[], name = "items.jsonl"): string {
  const path = join(folder, name);
  const text = items.map((item) => (typeof item === "string" ? item : JSON.stringify({ Item: item }))).join("\n");
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

/** A table that keeps what is put by the payments' condition; `fail` may throw before a put. */
class Table {
  readonly items = new Map<string, Item>();
  puts = 0;
  fail: (id: string) => void = () => undefined;
  readonly client = { send: async (command: unknown) => this.answer(command as PutItemCommand | GetItemCommand) } as unknown as RestoreOptions["target"]["client"]; // as much of a client as restore uses

  private answer({ input }: PutItemCommand | GetItemCommand): object {
    if (!("Item" in input)) return { Item: this.items.get(idOf(input.Key ?? {})) };
    const item = input.Item ?? {};
    this.puts += 1;
    this.fail(idOf(item));
    const stored = this.items.get(idOf(item));
    expect([input.ConditionExpression, input.ReturnValuesOnConditionCheckFailure]).toEqual(["attribute_not_exists(paymentId)", "ALL_OLD"]);
    if (stored) throw Object.assign(new Error("condition"), { name: "ConditionalCheckFailedException", Item: stored });
    this.items.set(idOf(item), item);
    return {};
  }
}

function clock(): RestoreOptions["clock"] & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
  };
}

const run = (table: Table, path: string, more: Partial<RestoreOptions> = {}) =>
  restore({ source: fileSource(path), target: { name: "t", client: table.client }, clock: clock(), apply: true, rate: 10_000, ...more });

test.each(["items.jsonl", "items.json.gz"])("every payment of an exported file arrives byte for byte: %s", async (name) => {
  const table = new Table();
  const items = itemsTo(250).map((item, n) => (n === 7 ? { ...item, "of a newer release": { L: [{ BOOL: true }] } } : item));
  const result = await run(table, write([...items, ""], name));
  expect([...table.items.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))).toEqual(items);
  expect(result).toMatchObject({ counts: { read: 250, imported: 250 }, failures: [] });
});

test("looking changes nothing and says what would be done", async () => {
  const table = new Table();
  table.items.set(idOf(itemNo(0)), itemNo(0)).set(idOf(itemNo(1)), itemNo(1, 999));
  const result = await run(table, write(itemsTo(5)), { apply: false });
  expect(table.puts).toBe(0);
  expect(result.counts).toMatchObject({ imported: 3, equal: 1, conflicts: ["pay_00001: other amount"] });
  expect(restoreTable(result, false)).toContain("payments to import                     3");
});

test("what is there with other contents stays, is told with what differs, and makes the run a failure", async () => {
  const table = new Table();
  table.items.set(idOf(itemNo(1)), itemNo(1, 999));
  const result = await run(table, write(itemsTo(3)));
  expect(table.items.get("pay_00001")).toEqual(itemNo(1, 999));
  expect([isRestored(result, true), result.counts.imported]).toEqual([false, 2]);
  expect(restoreTable(result, true)).toContain("not overwritten: pay_00001: other amount");
});

test("health and canary items are left out; what is no payment is told and not imported", async () => {
  const table = new Table();
  const strange = { paymentId: { S: "pay_x" }, amount: { N: "1" } };
  const result = await run(table, write([{ paymentId: { S: "health#us-east-1" }, at: { N: "1" } }, { paymentId: { S: "canary#us-east-1#7" } }, strange, itemNo(1)]));
  expect([...table.items.keys()]).toEqual(["pay_00001"]);
  expect(result.counts).toMatchObject({ reserved: 2, imported: 1 });
  expect(result.counts.unreadable).toEqual([expect.stringMatching(/^pay_x: .*no valid/)]);
  expect(isRestored(result, true)).toBe(false);
});

test("a run that was stopped goes on at its last page and counts each item once", async () => {
  const table = new Table();
  const path = write(itemsTo(350));
  const file = join(folder, "kept", "restore.json");
  table.fail = (id) => {
    if (id === "pay_00230") throw Object.assign(new Error("no way to the table"), { name: "TimeoutError" });
  };
  const stopped = await run(table, path, { checkpoint: fileCheckpoint(file) });
  expect(stopped.failures).toEqual(["segment 0: TimeoutError: no way to the table"]);
  expect([stopped.counts.read, isRestored(stopped, true)]).toEqual([200, false]);

  table.fail = () => undefined;
  table.puts = 0;
  const done = await run(table, path, { checkpoint: fileCheckpoint(file) });
  expect(table.puts).toBe(150);
  expect(done).toMatchObject({ counts: { read: 350 }, failures: [] });
  expect([table.items.size, isRestored(done, true)]).toEqual([350, true]);
  // At a good end nothing is kept: another run looks at everything again.
  const again = await run(table, path, { checkpoint: fileCheckpoint(file) });
  expect(again.counts).toMatchObject({ read: 350, imported: 0, equal: 350 });
});

test("another restore's checkpoint is refused, naming both; so is a file that is none", async () => {
  const file = join(folder, "restore.json");
  const table = new Table();
  const first = write(itemsTo(150), "first.jsonl");
  table.fail = (id) => {
    if (id === "pay_00120") throw new Error("stop");
  };
  await run(table, first, { checkpoint: fileCheckpoint(file) });
  expect(readFileSync(file, "utf8")).toContain("first.jsonl");
  await expect(run(table, write(itemsTo(1), "second.jsonl"), { checkpoint: fileCheckpoint(file) })).rejects.toMatchObject({ code: "CHECKPOINT", message: expect.stringMatching(/first\.jsonl.*second\.jsonl/) as string });
  writeFileSync(file, "[]");
  await expect(run(table, first, { checkpoint: fileCheckpoint(file) })).rejects.toMatchObject({ code: "CHECKPOINT" });
});

test("the loser of two writes at once tries again, five times at most", async () => {
  const conflict = Object.assign(new Error("try again"), { name: "ReplicatedWriteConflictException" });
  const table = new Table();
  table.fail = () => {
    if (table.puts < 3) throw conflict;
  };
  expect((await run(table, write([itemNo(1)]))).counts.imported).toBe(1);
  table.fail = () => {
    throw conflict;
  };
  table.puts = 0;
  expect((await run(table, write([itemNo(2)]))).failures).toEqual(["segment 0: ReplicatedWriteConflictException: try again"]);
  expect(table.puts).toBe(5);
});

test("no more items a second than asked for", async () => {
  const time = clock();
  await run(new Table(), write(itemsTo(101)), { rate: 50, clock: time });
  expect(time.now()).toBeGreaterThanOrEqual(2_000);
});

test.each([
  ["a line that is no JSON", "{", /line 2 is not JSON/],
  ["a line that is no item", '{"Item":{"paymentId":"pay_1"}}', /line 2 is no item/],
])("%s stops the run and names the line", async (_, line, message) => {
  const result = await run(new Table(), write([itemNo(1), line]));
  expect(result.failures).toEqual([expect.stringMatching(message)]);
});

test("a packed file that is cut off is a failure, not a short success", async () => {
  const path = join(folder, "cut.gz");
  writeFileSync(path, gzipSync(itemsTo(500).map((item) => JSON.stringify(item)).join("\n")).subarray(0, 300));
  const result = await run(new Table(), path);
  expect([result.failures.length, isRestored(result, true)]).toEqual([1, false]);
});
