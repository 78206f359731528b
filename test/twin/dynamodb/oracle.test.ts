import * as sdk from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { normaliseNumber } from "../../../twin/services/dynamodb/decimal";
import { createTable } from "../../../twin/services/dynamodb";
import { caller, testCloud, type Outcome } from "./cloud";
import { commands, comparesAttributes, inCase, type Command } from "./commands";
import { startOracle, type Oracle } from "./oracle";

const CASES = 250;
const TABLE = "cases";

const CREATE = new sdk.CreateTableCommand({
  TableName: TABLE,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: ["h", "r", "g"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
  KeySchema: [
    { AttributeName: "h", KeyType: "HASH" },
    { AttributeName: "r", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "ByGroup",
      KeySchema: [
        { AttributeName: "g", KeyType: "HASH" },
        { AttributeName: "r", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a"] },
    },
  ],
});

const string = (name: string) => ({ name, type: "S" }) as const;

function twin() {
  const { cloud, kernel } = testCloud();
  createTable(cloud, {
    definition: {
      name: TABLE,
      keys: { hash: string("h"), range: string("r") },
      indexes: [{ name: "ByGroup", hash: string("g"), range: string("r"), projection: "INCLUDE", nonKeyAttributes: ["a"] }],
      billingMode: "PAY_PER_REQUEST",
      deletionProtection: false,
    },
    membership: { mode: "regional", regions: ["us-east-1"] },
  });
  const call = caller(cloud);
  return async ({ operation, input }: Command): Promise<Outcome> => {
    // The index follows the table within milliseconds; the oracle's is written with it.
    await kernel.run();
    return call(operation, { TableName: TABLE, ...input });
  };
}

function sdkCommand({ operation, input }: Command) {
  const request = { TableName: TABLE, ...input };
  switch (operation) {
    case "PutItem":
      return new sdk.PutItemCommand(request as unknown as sdk.PutItemCommandInput); // generated in this shape
    case "UpdateItem":
      return new sdk.UpdateItemCommand(request as unknown as sdk.UpdateItemCommandInput); // as above
    case "DeleteItem":
      return new sdk.DeleteItemCommand(request as unknown as sdk.DeleteItemCommandInput); // as above
    case "GetItem":
      return new sdk.GetItemCommand(request as unknown as sdk.GetItemCommandInput); // as above
    case "Query":
      return new sdk.QueryCommand(request);
    case "Scan":
      return new sdk.ScanCommand(request);
  }
}

async function ask(oracle: Oracle, command: Command): Promise<Outcome> {
  try {
    // The union of commands has no common call signature.
    // DynamoDB Local sends ConsumedCapacity with some answers that nobody asked it for.
    const { $metadata: _, ConsumedCapacity: _capacity, ...output } = (await oracle.client.send(sdkCommand(command) as sdk.GetItemCommand)) as unknown as Record<string, unknown>;
    // Nothing updated: AWS leaves Attributes out, dynalite leaves them empty.
    const { Attributes = {}, ...others } = output;
    return { ok: Object.keys(Attributes as object).length === 0 ? others : output };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.name, message: error.message, ...("Item" in error && error.Item ? { item: error.Item } : {}) };
  }
}

/** Texts of numbers and the order of sets may differ between implementations; nothing else may. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const { N, NS, SS } = value as AttributeValue;
  if (typeof N === "string") return { N: normaliseNumber(N) };
  if (Array.isArray(NS)) return { NS: NS.map(normaliseNumber).sort() };
  if (Array.isArray(SS)) return { SS: [...SS].sort() };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, canonical(member)]),
  );
}

/** What must agree: outputs, or the error's name and the item that comes with it (which dynalite does not have). */
function comparable(outcome: Outcome, oracle: Oracle): unknown {
  if ("ok" in outcome) return canonical(outcome.ok);
  return { error: outcome.error, ...(oracle.name === "dynalite" ? {} : { item: canonical(outcome.item) }) };
}

describe("a program that works against the twin's table works against another implementation of DynamoDB", () => {
  let oracle: Oracle;

  beforeAll(async () => {
    oracle = await startOracle();
    await oracle.client.send(CREATE);
    if (oracle.name === "dynalite") console.warn("No Java on PATH: compared with dynalite, which gives no Item on a failed condition and cannot compare missing attributes.");
  }, 30_000);
  afterAll(() => oracle?.stop());

  it("generated sequences of calls give the same outputs, the same errors and the same item on a failed condition", async () => {
    const ours = twin();
    let count = 0;
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        count += 1;
        for (const command of sequence.map((each) => inCase(each, `case${count}-`))) {
          if (oracle.name === "dynalite" && comparesAttributes(command)) continue;
          const [mine, theirs] = [await ours(command), await ask(oracle, command)];
          const kind = "error" in theirs ? theirs.error : "ok";
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
          expect({ command, outcome: comparable(mine, oracle) }).toEqual({ command, outcome: comparable(theirs, oracle) });
        }
      }),
      { seed: 20_261_121, numRuns: CASES },
    );
    // A generator whose calls were all refused, or all accepted, would compare nothing.
    expect(Math.min(seen.get("ok") ?? 0, seen.get("ValidationException") ?? 0, seen.get("ConditionalCheckFailedException") ?? 0)).toBeGreaterThan(100);
  }, 60_000);
});
