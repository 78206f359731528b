import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Operations } from "../../../twin/cloud";
import { AwsError } from "../../../twin/errors";
import { sdkClient } from "../../../twin/runtime";
import { lambda } from "../../../twin/services/lambda/index";
import { bundle, config, handlerOf, REGION, ROLE, settle, virtualCloud } from "./support";

const BUDGET = "{ connectMs: 300, requestMs: 1000, attempts: 3, baseMs: 50, capMs: 500 }";

/** A payment-like function: one put through the SDK, its errors told by name. */
const code = bundle(`
  import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
  export function createHandler(runtime) {
    const client = runtime.client(DynamoDBClient, ${BUDGET});
    return async (event) => {
      const started = runtime.clock.now();
      try {
        const { $metadata } = await client.send(new PutItemCommand({ TableName: "t", Item: { id: { S: event.id } } }));
        return { ok: true, attempts: $metadata.attempts, tookMs: runtime.clock.now() - started };
      } catch (error) {
        return { name: error.name, status: error.$metadata?.httpStatusCode, item: error.Item, attempts: error.$metadata?.attempts,
                 tookMs: runtime.clock.now() - started };
      }
    };
  }
  export const handler = async () => undefined;
`);

function table(operations: Operations, seed = 1) {
  const { kernel, cloud } = virtualCloud(seed, () => ({ low: 2, high: 20 }));
  cloud.publish("dynamodb", REGION, operations);
  lambda(cloud, REGION).deploy(config(code));
  const put = async (id = "a") => (await settle(kernel, lambda(cloud, REGION).invoke("fn", { id }, {}))).payload;
  return { kernel, cloud, put };
}

const conflict = (): never => {
  throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, { Item: { id: { S: "a" } } });
};

describe("a function's SDK client in virtual time", () => {
  test("reaches the region's service as the function's role, from the function's region", async () => {
    const seen: unknown[] = [];
    const { put } = table({ PutItem: (input, caller) => seen.push([input, caller]) && {} });
    expect(await put()).toMatchObject({ ok: true, attempts: 1 });
    expect(seen).toEqual([[{ TableName: "t", Item: { id: { S: "a" } } }, { region: REGION, principal: ROLE, process: expect.objectContaining({ function: "fn" }) }]]);
  });

  test("a failed condition arrives with its name and item, and is not repeated", async () => {
    expect(await table({ PutItem: conflict }).put()).toMatchObject({
      name: "ConditionalCheckFailedException",
      status: 400,
      item: { id: { S: "a" } },
      attempts: 1,
    });
  });

  test.each([
    ["throttles", new AwsError("ProvisionedThroughputExceededException", "slow down")],
    ["server errors", new AwsError("InternalServerError", "sorry", 500)],
    ["write conflicts between regions", new AwsError("ReplicatedWriteConflictException", "again", 400)],
  ])("%s are repeated until they pass", async (_case, error) => {
    let calls = 0;
    const { put } = table({
      PutItem: () => {
        calls += 1;
        if (calls < 3) throw error;
        return {};
      },
    });
    expect(await put()).toMatchObject({ ok: true, attempts: 3 });
  });

  test("attempts are bounded by the budget", async () => {
    let calls = 0;
    const { put } = table({
      PutItem: () => {
        calls += 1;
        throw new AwsError("InternalServerError", "sorry", 500);
      },
    });
    expect(await put()).toMatchObject({ name: "InternalServerError", status: 500, attempts: 3 });
    expect(calls).toBe(3);
  });

  test("a call whose packets vanish ends at the budget's time limit, as TimeoutError", async () => {
    const { cloud, put } = table({ PutItem: () => ({}) });
    cloud.faults.add({ kind: "service", service: "dynamodb", mode: "vanish" });
    // Three attempts would take 3 s, which is the function's own limit.
    lambda(cloud, REGION).deploy(config(code, { timeoutSeconds: 6 }));
    const answer = (await put()) as { name: string; tookMs: number };
    expect(answer.name).toBe("TimeoutError");
    expect(answer.tookMs).toBeGreaterThanOrEqual(3000);
    expect(answer.tookMs).toBeLessThan(4000);
  });

  test.each([
    ["refused before it is sent", 0, "ConnectionRefused", "ECONNREFUSED"],
    ["cut after it took effect", 1, "TimeoutError", "ECONNRESET"],
  ])("a call that is %s shows which, so that a handler never calls an unknown outcome a refusal", async (_case, effects, name, code) => {
    const stored: unknown[] = [];
    const { kernel, cloud } = virtualCloud(1, () => ({ low: 100, high: 100 }));
    cloud.publish("dynamodb", REGION, { PutItem: (input) => stored.push(input) && {} });
    const put = sdkClient(cloud, REGION, DynamoDBClient).send(new PutItemCommand({ TableName: "t", Item: {} }));
    // The call takes effect half-way, after 50 ms.
    kernel.after(effects === 0 ? 10 : 60, () => cloud.faults.add({ kind: "outage", region: REGION }));
    await expect(settle(kernel, put)).rejects.toMatchObject({ name, code });
    expect(stored).toHaveLength(effects);
  });

  test("needs no file of the machine: nothing is read behind the kernel's back", async () => {
    const { put } = table({ PutItem: () => ({}) });
    await put();
    expect(process.getActiveResourcesInfo().filter((kind) => kind.startsWith("FSReq"))).toEqual([]);
  });
});

describe("sdkClient", () => {
  test("lets tests and drills call any published operation with the SDK's own commands", async () => {
    const { kernel, cloud } = table({ GetItem: (input) => ({ Item: { echo: { S: JSON.stringify(input) } } }), PutItem: conflict });
    const client = sdkClient(cloud, REGION, DynamoDBClient);
    const got = await settle(kernel, client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "x" } } })));
    expect(got.Item).toEqual({ echo: { S: '{"TableName":"t","Key":{"id":{"S":"x"}}}' } });
    const put = client.send(new PutItemCommand({ TableName: "t", Item: {} }));
    await expect(settle(kernel, put)).rejects.toMatchObject({ name: "ConditionalCheckFailedException", $fault: "client" });
  });

  test("an operation that the twin lacks is named", async () => {
    const { kernel, cloud } = table({});
    const put = sdkClient(cloud, REGION, DynamoDBClient).send(new PutItemCommand({ TableName: "t", Item: {} }));
    await expect(settle(kernel, put)).rejects.toThrow("dynamodb PutItem is not in this twin");
  });
});

describe("determinism", () => {
  async function history(seed: number): Promise<string> {
    const stored = new Set<string>();
    const { kernel, cloud } = virtualCloud(seed, () => ({ low: 2, high: 20 }));
    cloud.publish("dynamodb", REGION, { PutItem: ({ Item }: { Item: { id: { S: string } } }) => (stored.has(Item.id.S) ? conflict() : stored.add(Item.id.S) && {}) });
    cloud.faults.add({ kind: "service", service: "dynamodb", rate: 0.3 });
    const service = lambda(cloud, REGION);
    service.deploy(config(code));
    const client = async (name: number) => {
      for (let n = 0; n < 10; n += 1) {
        const { payload } = await service.invoke("fn", { id: `${name}/${n % 7}` }, {});
        kernel.record("client.answer", { name, payload });
        await kernel.sleep(kernel.random("clients").between(0, 100));
      }
    };
    await settle(kernel, Promise.all([client(1), client(2), client(3)]));
    expect(stored.size).toBeGreaterThan(10);
    return kernel.summary().sha256;
  }

  test("the same seed gives the same event log, another seed another one", async () => {
    const [first, second, other] = [await history(7), await history(7), await history(8)];
    expect(second).toBe(first);
    expect(other).not.toBe(first);
  });
});

describe("names", () => {
  const resolving = handlerOf(`try { return await runtime.resolveCname(event.name); } catch (error) { return error.code; }`);

  test("a name without a CNAME rejects as Node's resolver does", async () => {
    const { kernel, cloud } = virtualCloud();
    lambda(cloud, REGION).deploy(config(resolving));
    const { payload } = await settle(kernel, lambda(cloud, REGION).invoke("fn", { name: "nobody.example.test" }, {}));
    expect(payload).toMatch(/^E(NOTFOUND|NODATA|SERVFAIL)$/);
  });
});
