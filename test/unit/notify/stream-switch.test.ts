import { createHandler } from "../../../lambda/stream-switch/handler";
import { fakeRuntime, sdkError, type FakeTable } from "../../helpers/runtime";

const STREAM = "arn:aws:dynamodb:us-east-2:1:table/t/stream/2026";
const on = { TableStatus: "ACTIVE", StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" }, LatestStreamArn: STREAM };
const off = { TableStatus: "ACTIVE" };

async function deploy(states: readonly object[], { event = {}, update = () => ({}), seconds = 300 }: { event?: object; update?: FakeTable; seconds?: number } = {}) {
  const queue = [...states];
  const table: FakeTable = (operation, input, budget) => (operation === "DescribeTable" ? { Table: queue.length > 1 ? queue.shift() : queue[0] } : update(operation, input, budget));
  const fake = fakeRuntime({ table });
  const start = fake.clock.now();
  const work = createHandler(fake.runtime)(event, { getRemainingTimeInMillis: () => start + seconds * 1000 - fake.clock.now() });
  const answer = await fake.clock.settle(work).catch((error: Error) => error);
  return { answer, updates: fake.calls.filter(({ operation }) => operation === "UpdateTable").map(({ input }) => input) };
}

test("a stream that is off is switched on, and its ARN answered once the table is active again", async () => {
  const { answer, updates } = await deploy([off, { ...on, TableStatus: "UPDATING" }, on]);
  expect(answer).toEqual({ streamArn: STREAM });
  expect(updates).toEqual([{ TableName: "payments-table-global-test", StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } }]);
});

test("a second deployment changes nothing", async () => {
  expect(await deploy([on])).toEqual({ answer: { streamArn: STREAM }, updates: [] });
});

test("the ARN of a stream that is off again is no answer", async () => {
  const { updates } = await deploy([{ ...off, StreamSpecification: { StreamEnabled: false }, LatestStreamArn: STREAM }, on]);
  expect(updates).toHaveLength(1);
});

test("a table that is being changed is waited for", async () => {
  const { answer, updates } = await deploy([{ TableStatus: "UPDATING" }, { TableStatus: "UPDATING" }, off, on]);
  expect(answer).toEqual({ streamArn: STREAM });
  expect(updates).toHaveLength(1);
});

test("somebody else's change at the same moment is waited for", async () => {
  let busy = true;
  const { answer, updates } = await deploy([off, off, on], {
    update: () => {
      if (!busy) return {};
      busy = false;
      throw sdkError("ResourceInUseException");
    },
  });
  expect(answer).toEqual({ streamArn: STREAM });
  expect(updates).toHaveLength(2);
});

test("what does not come on in time fails the deployment instead of answering nothing", async () => {
  const { answer } = await deploy([{ TableStatus: "UPDATING" }]);
  expect(answer).toEqual(expect.objectContaining({ message: expect.stringContaining("is not on yet (table status UPDATING)") }));
});

test("a refusal fails the deployment", async () => {
  const { answer } = await deploy([off], {
    update: () => {
      throw sdkError("AccessDeniedException");
    },
  });
  expect(answer).toMatchObject({ name: "AccessDeniedException" });
});

test("when the caller is deleted the stream stays: nothing is called", async () => {
  expect(await deploy([on], { event: { tf: { action: "delete" } } })).toEqual({ answer: { streamArn: "" }, updates: [] });
});

test("a replica that is to be protected is, one setting after the other, since DynamoDB takes one at a time", async () => {
  const guarded = { ...on, DeletionProtectionEnabled: true };
  const { answer, updates } = await deploy([off, on, guarded], { event: { protect: true } });
  expect(answer).toEqual({ streamArn: STREAM });
  expect(updates.map((input) => Object.keys(input as object))).toEqual([["TableName", "StreamSpecification"], ["TableName", "DeletionProtectionEnabled"]]);
});

test("a replica that need not be protected keeps the protection that somebody gave it", async () => {
  expect((await deploy([{ ...on, DeletionProtectionEnabled: true }], { event: { protect: false } })).updates).toEqual([]);
});
