import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";

/** One SDK call: the operation's name and its input without the table's name. */
export interface Command {
  readonly operation: "PutItem" | "UpdateItem" | "DeleteItem" | "GetItem" | "Query" | "Scan";
  readonly input: Readonly<Record<string, unknown>>;
}

/** Items of a case are in a partition of their own, so that cases do not see each other. */
const PARTITION = "<case>";
const KEYS = ["k1", "k2", "k3"];

const numberText = fc.constantFrom("0", "1", "2", "-1.5", "10", "1e2", "0.1", "12345678901234567890.5", "-0");
const sortable = fc.oneof(
  fc.constantFrom("", "a", "ab", "b", "10").map((S): AttributeValue => ({ S })),
  numberText.map((N): AttributeValue => ({ N })),
);
const scalar = fc.oneof(
  { weight: 2, arbitrary: sortable },
  fc.boolean().map((BOOL): AttributeValue => ({ BOOL })),
  fc.constant<AttributeValue>({ NULL: true }),
);
const set = fc.oneof(
  fc.subarray(["a", "b", "ab"], { minLength: 1 }).map((SS): AttributeValue => ({ SS })),
  fc.subarray(["1", "2", "10"], { minLength: 1 }).map((NS): AttributeValue => ({ NS })),
);
const list = fc.array(scalar, { maxLength: 3 }).map((L): AttributeValue => ({ L }));
const map = fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }).map((M): AttributeValue => ({ M: M as Record<string, AttributeValue> })); // absent members are left out
const value = fc.oneof({ weight: 4, arbitrary: scalar }, set, list, map);

const path = fc.constantFrom("a", "b", "#c", "l", "m", "l[0]", "l[1]", "m.x", "m.y", "m.#c", "zz");
const topLevel = fc.constantFrom("a", "b", "#c", "l", "m");

/** A part of an expression; `$0`, `$1` … stand for its own values. */
interface Part {
  readonly text: string;
  readonly values: readonly AttributeValue[];
}

const comparator = fc.constantFrom("=", "<>", "<", "<=", ">", ">=");
const leaf: fc.Arbitrary<Part> = fc.oneof(
  fc.tuple(fc.constantFrom("attribute_exists", "attribute_not_exists"), path).map(([f, p]) => ({ text: `${f}(${p})`, values: [] })),
  fc.tuple(path, fc.constantFrom("=", "<>"), value).map(([p, o, v]) => ({ text: `${p} ${o} $0`, values: [v] })),
  fc.tuple(path, comparator, sortable).map(([p, o, v]) => ({ text: `${p} ${o} $0`, values: [v] })),
  fc.tuple(path, comparator, path).map(([p, o, q]) => ({ text: `${p} ${o} ${q}`, values: [] })),
  fc.tuple(path, sortable, sortable).map(([p, v, w]) => ({ text: `${p} BETWEEN $0 AND $1`, values: [v, w] })),
  fc.tuple(path, fc.array(value, { minLength: 1, maxLength: 3 })).map(([p, v]) => ({ text: `${p} IN (${v.map((_, i) => `$${i}`).join(", ")})`, values: v })),
  fc.tuple(fc.constantFrom("begins_with", "contains"), path, scalar).map(([f, p, v]) => ({ text: `${f}(${p}, $0)`, values: [v] })),
  fc.tuple(path, fc.constantFrom("S", "N", "SS", "L", "M", "NULL", "BOOL", "Q")).map(([p, S]) => ({ text: `attribute_type(${p}, $0)`, values: [{ S }] })),
  fc.tuple(path, comparator, fc.nat(3)).map(([p, o, n]) => ({ text: `size(${p}) ${o} $0`, values: [{ N: String(n) }] })),
);

/** Joins parts, counting their values on. */
function join(parts: readonly Part[], text: (texts: readonly string[]) => string): Part {
  const values: AttributeValue[] = [];
  const texts = parts.map((part) => {
    const from = values.length;
    values.push(...part.values);
    return part.text.replace(/\$(\d+)/g, (_, index: string) => `$${from + Number(index)}`);
  });
  return { text: text(texts), values };
}

const condition: fc.Arbitrary<Part> = fc.letrec<{ tree: Part }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    fc.tuple(tie("tree"), fc.constantFrom("AND", "OR"), tie("tree")).map(([a, o, b]) => join([a, b], ([l, r]) => `${l} ${o} ${r}`)),
    tie("tree").map((a) => join([a], ([l]) => `NOT (${l})`)),
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => join([a, b], ([l, r]) => `(${l} AND ${r})`)),
  ),
})).tree;

const operand: fc.Arbitrary<Part> = fc.oneof(
  value.map((v) => ({ text: "$0", values: [v] })),
  path.map((text) => ({ text, values: [] })),
  fc.tuple(path, value).map(([p, v]) => ({ text: `if_not_exists(${p}, $0)`, values: [v] })),
);
const sum = fc.tuple(operand, fc.constantFrom("+", "-"), numberText).map(([o, sign, N]) => join([o, { text: "$0", values: [{ N }] }], ([l, r]) => `${l} ${sign} ${r}`));
const appended = fc.tuple(operand, list).map(([o, v]) => join([o, { text: "$0", values: [v] }], ([l, r]) => `list_append(${l}, ${r})`));

type Section = "SET" | "REMOVE" | "ADD" | "DELETE";
const action = (target: fc.Arbitrary<string>): fc.Arbitrary<readonly [Section, Part]> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.tuple(target, fc.oneof(operand, operand, sum, appended)).map(([p, s]) => ["SET", join([s], ([r]) => `${p} = ${r}`)] as const) },
    { weight: 2, arbitrary: target.map((text) => ["REMOVE", { text, values: [] }] as const) },
    { weight: 1, arbitrary: fc.tuple(target, fc.oneof(set, numberText.map((N): AttributeValue => ({ N })))).map(([p, v]) => ["ADD", { text: `${p} $0`, values: [v] }] as const) },
    { weight: 1, arbitrary: fc.tuple(target, set).map(([p, v]) => ["DELETE", { text: `${p} $0`, values: [v] }] as const) },
  );

function updateOf(actions: readonly (readonly [Section, Part])[]): Part {
  const sections = [...new Set(actions.map(([section]) => section))];
  return join(
    sections.map((section) => join(actions.filter(([of]) => of === section).map(([, part]) => part), (texts) => `${section} ${texts.join(", ")}`)),
    (texts) => texts.join(" "),
  );
}

/** The members of a request that carry its expressions. */
function request(parts: Readonly<Record<string, Part | undefined>>): Record<string, unknown> {
  const given = Object.entries(parts).flatMap(([name, part]) => (part ? [{ name, part }] : []));
  const values: Record<string, AttributeValue> = {};
  const texts: Record<string, string> = {};
  for (const { name, part } of given) {
    const own = part.values.map((each) => {
      const key = `:v${Object.keys(values).length}`;
      values[key] = each;
      return key;
    });
    texts[name] = part.text.replace(/\$(\d+)/g, (_, index: string) => own[Number(index)] ?? "");
  }
  const named = Object.values(texts).some((text) => text.includes("#c"));
  return {
    ...texts,
    ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
    ...(named ? { ExpressionAttributeNames: { "#c": "status" } } : {}),
  };
}

const key = fc.constantFrom(...KEYS).map((r) => ({ h: { S: PARTITION }, r: { S: r } }));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const item = fc.record({ a: value, b: value, status: scalar, l: list, m: map, g: fc.constantFrom({ S: "g1" }, { S: "g2" }) }, { requiredKeys: [] });
const conditional = { condition: optional(condition), onFailure: fc.constantFrom("ALL_OLD", "NONE") };

const put: fc.Arbitrary<Command> = fc.record({ key, item, returns: fc.constantFrom("NONE", "ALL_OLD"), ...conditional }).map((c) => ({
  operation: "PutItem",
  input: { Item: { ...c.item, ...c.key }, ReturnValues: c.returns, ReturnValuesOnConditionCheckFailure: c.onFailure, ...request({ ConditionExpression: c.condition }) },
}));
const remove: fc.Arbitrary<Command> = fc.record({ key, returns: fc.constantFrom("NONE", "ALL_OLD"), ...conditional }).map((c) => ({
  operation: "DeleteItem",
  input: { Key: c.key, ReturnValues: c.returns, ReturnValuesOnConditionCheckFailure: c.onFailure, ...request({ ConditionExpression: c.condition }) },
}));
// What UPDATED_* gives of nested paths differs between the oracles, so those come with whole attributes only.
const update: fc.Arbitrary<Command> = fc
  .oneof(
    fc.record({ key, actions: fc.array(action(path), { minLength: 1, maxLength: 3 }), returns: fc.constantFrom("NONE", "ALL_OLD", "ALL_NEW"), ...conditional }),
    fc.record({ key, actions: fc.array(action(topLevel), { minLength: 1, maxLength: 3 }), returns: fc.constantFrom("UPDATED_OLD", "UPDATED_NEW"), ...conditional }),
  )
  .map((c) => ({
    operation: "UpdateItem",
    input: {
      Key: c.key,
      ReturnValues: c.returns,
      ReturnValuesOnConditionCheckFailure: c.onFailure,
      ...request({ UpdateExpression: updateOf(c.actions), ConditionExpression: c.condition }),
    },
  }));
const projection = fc.uniqueArray(path, { minLength: 1, maxLength: 3 }).map((paths): Part => ({ text: paths.join(", "), values: [] }));
const get: fc.Arbitrary<Command> = fc.record({ key, projection: optional(projection) }).map((c) => ({
  operation: "GetItem",
  input: { Key: c.key, ConsistentRead: true, ...request({ ProjectionExpression: c.projection }) },
}));

const ranges = (operators: readonly string[]): fc.Arbitrary<Part> =>
  fc.tuple(fc.constantFrom(...operators), fc.constantFrom(...KEYS, "k")).map(([o, S]) => ({ text: ` AND r ${o} $0`, values: [{ S }] }));
const prefix = fc.constantFrom("k", "k2", "z").map((S): Part => ({ text: " AND begins_with(r, $0)", values: [{ S }] }));
const between = fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(...KEYS)).map(([a, b]): Part => ({ text: " AND r BETWEEN $0 AND $1", values: [{ S: a }, { S: b }] }));
/**
 * A limited page that ends exactly on an inclusive bound has a LastEvaluatedKey or not, as the implementation likes: the
 * next page is empty. So limits, and places to start from, come with exclusive bounds only.
 */
const bounds = fc.oneof(
  fc.record({ range: optional(fc.oneof(ranges(["=", "<", ">"]), prefix)), limit: optional(fc.integer({ min: 1, max: 4 })), start: optional(key) }),
  fc.record({ range: fc.oneof(ranges(["<=", ">="]), between), limit: fc.constant(undefined), start: fc.constant(undefined) }),
);
const HASH: Part = { text: "h = $0", values: [{ S: PARTITION }] };
const query: fc.Arbitrary<Command> = fc
  .record({ bounds, filter: optional(condition), forward: fc.boolean() })
  .map(({ bounds: { range, limit, start }, ...c }) => ({
    operation: "Query",
    input: {
      ScanIndexForward: c.forward,
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      ...request({ KeyConditionExpression: range ? join([HASH, range], (texts) => texts.join("")) : HASH, FilterExpression: c.filter }),
    },
  }));
const queryIndex: fc.Arbitrary<Command> = fc.constantFrom("g1", "g2").map((g) => ({
  operation: "Query",
  input: { IndexName: "ByGroup", ...request({ KeyConditionExpression: { text: "g = $0 AND begins_with(r, $1)", values: [{ S: `${PARTITION}${g}` }, { S: "k" }] } }) },
}));

/** Sequences of calls on the few items of one partition; shrinkable. */
export const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof({ weight: 4, arbitrary: put }, { weight: 5, arbitrary: update }, { weight: 1, arbitrary: remove }, { weight: 1, arbitrary: get }, { weight: 2, arbitrary: query }, { weight: 1, arbitrary: queryIndex }),
  { minLength: 1, maxLength: 8 },
);

/** Does it compare two attributes with each other? dynalite takes two that are not there for equal. */
export const comparesAttributes = ({ input }: Command): boolean =>
  [input["ConditionExpression"], input["FilterExpression"]].some((text) => typeof text === "string" && /(?:=|<>|<|>) [^:]/.test(text));

/** The command with the case's own partition; index keys get it as their prefix. */
export function inCase(command: Command, id: string): Command {
  const text = JSON.stringify(command.input).replaceAll(PARTITION, id).replace(/"g":\{"S":"g/g, `"g":{"S":"${id}g`);
  return { operation: command.operation, input: JSON.parse(text) as Record<string, unknown> }; // what was written above
}
