import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { RequestExpressions } from "../../../twin/services/dynamodb/expressions/compiled";

type Values = Record<string, AttributeValue>;
type Names = Record<string, string>;

const request = (values?: Values, names?: Names) =>
  new RequestExpressions({ ...(values ? { ExpressionAttributeValues: values } : {}), ...(names ? { ExpressionAttributeNames: names } : {}) });

const ITEM: Values = {
  id: { S: "p1" },
  n: { N: "5" },
  txt: { S: "hello" },
  tags: { SS: ["red", "blue"] },
  lst: { L: [{ S: "first" }, { N: "2" }] },
  doc: { M: { part: { M: { deep: { BOOL: true } } }, "a.b": { S: "dotted" } } },
  nothing: { NULL: true },
  bytes: { B: Uint8Array.from([1, 2, 3]) },
};

function holds(text: string, values?: Values, names?: Names, item: Values | undefined = ITEM): boolean {
  const expressions = request(values, names);
  const condition = expressions.of("ConditionExpression", text);
  expressions.finish();
  condition?.verify(expressions.values);
  return condition?.test(item, expressions.values) ?? false;
}

function updated(text: string, values?: Values, names?: Names): Record<string, AttributeValue> {
  const expressions = request(values, names);
  const update = expressions.of("UpdateExpression", text);
  expressions.finish();
  update?.verify(expressions.values);
  return { ...update?.apply(ITEM, expressions.values) };
}

const V = (value: AttributeValue): Values => ({ ":v": value });

describe("a condition decides as DynamoDB would", () => {
  const CONDITIONS: readonly (readonly [string, boolean, (Values | undefined)?, Names?])[] = [
    ["attribute_exists(id)", true],
    ["attribute_not_exists(#k)", true, undefined, { "#k": "constructor" }],
    ["attribute_exists(doc.part.deep)", true],
    ["attribute_exists(doc.part.flat)", false],
    ["attribute_exists(lst[1])", true],
    ["attribute_exists(lst[2])", false],
    ["attribute_exists(doc.#k)", true, undefined, { "#k": "a.b" }],
    ["attribute_exists(#k)", false, undefined, { "#k": "doc.part" }],
    ["attribute_type(tags, :v)", true, V({ S: "SS" })],
    ["attribute_type(nothing, :v)", true, V({ S: "NULL" })],
    ["n = :v", true, V({ N: "5.0" })],
    ["n = :v", false, V({ S: "5" })],
    ["n <> :v", true, V({ S: "5" })],
    ["absent <> :v", true, V({ S: "5" })],
    ["absent = :v", false, V({ NULL: true })],
    ["n > :v", true, V({ N: "4.99999999999999999999999999999" })],
    ["n < :v", false, V({ S: "9" })],
    ["n BETWEEN :a AND :b", true, { ":a": { N: "5" }, ":b": { N: "5" } }],
    ["txt IN (:a, :b)", true, { ":a": { S: "x" }, ":b": { S: "hello" } }],
    ["begins_with(txt, :v)", true, V({ S: "he" })],
    ["begins_with(bytes, :v)", true, V({ B: Uint8Array.from([1, 2]) })],
    ["contains(txt, :v)", true, V({ S: "ell" })],
    ["contains(tags, :v)", true, V({ S: "red" })],
    ["contains(tags, :v)", false, V({ S: "re" })],
    ["contains(lst, :v)", true, V({ N: "2.0" })],
    ["size(txt) = :v", true, V({ N: "5" })],
    ["size(tags) = :v", true, V({ N: "2" })],
    ["size(absent) < :v", false, V({ N: "9" })],
    ["size(n) < :v", false, V({ N: "9" })],
    ["tags = :v", true, V({ SS: ["blue", "red"] })],
    ["id = :v OR n = :v AND txt = :v", true, V({ S: "p1" })],
    ["(id = :v OR n = :v) AND txt = :v", false, V({ S: "p1" })],
    ["NOT id = :v", false, V({ S: "p1" })],
    ["not attribute_exists(zz) and NOT (id = :v)", true, V({ S: "p2" })],
    [" \n attribute_exists ( id )  ", true],
  ];
  for (const [text, expected, values, names] of CONDITIONS) {
    it(`${text.trim()} is ${expected}`, () => expect(holds(text, values, names)).toBe(expected));
  }

  it("takes an item that is not there for one without attributes", () => expect(holds("attribute_not_exists(id)", undefined, undefined, {})).toBe(true));
});

describe("an update changes what it says and nothing else", () => {
  it.each<[string, Values | undefined, Record<string, AttributeValue | undefined>]>([
    ["SET n = n + :v", V({ N: "0.1" }), { n: { N: "5.1" } }],
    ["SET n = :v - n", V({ N: "7" }), { n: { N: "2" } }],
    ["SET fresh = if_not_exists(fresh, :v) + :v", V({ N: "1" }), { fresh: { N: "2" } }],
    ["SET #lst = list_append(:v, #lst)", V({ L: [{ S: "zero" }] }), { lst: { L: [{ S: "zero" }, { S: "first" }, { N: "2" }] } }],
    ["SET doc.part.deep = :v", V({ S: "x" }), { doc: { M: { part: { M: { deep: { S: "x" } } }, "a.b": { S: "dotted" } } } }],
    ["SET #lst[9] = :v, #lst[0] = :v", V({ S: "x" }), { lst: { L: [{ S: "x" }, { N: "2" }, { S: "x" }] } }],
    ["REMOVE #lst[0], n", undefined, { lst: { L: [{ N: "2" }] }, n: undefined }],
    ["REMOVE #lst[0], #lst[1]", undefined, { lst: { L: [] } }],
    ["ADD tags :v", V({ SS: ["red", "green"] }), { tags: { SS: ["red", "blue", "green"] } }],
    ["ADD n :v", V({ N: "-6" }), { n: { N: "-1" } }],
    ["DELETE tags :v", V({ SS: ["red", "green"] }), { tags: { SS: ["blue"] } }],
    ["DELETE tags :v", V({ SS: ["red", "blue"] }), { tags: undefined }],
    ["SET n = txt, id2 = n REMOVE txt", undefined, { n: { S: "hello" }, id2: { N: "5" }, txt: undefined }],
  ])("%s", (text, values, changes) => {
    const names = text.includes("#lst") ? { "#lst": "lst" } : undefined;
    const before = structuredClone(ITEM);
    const expected = Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined));
    expect(updated(text, values, names)).toEqual(expected);
    expect(ITEM).toEqual(before);
  });
});

describe("a wrong expression is refused in AWS's words", () => {
  const CONDITIONS: readonly (readonly [string, string, (Values | undefined)?, Names?])[] = [
    ["", "Invalid ConditionExpression: The expression can not be empty;"],
    ["a = ", 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "="'],
    ["a = = :v", 'Invalid ConditionExpression: Syntax error; token: "=", near: "= = :v"', V({ S: "x" })],
    ["a $ :v", 'Invalid ConditionExpression: Syntax error; token: "$", near: "a $ :v"', V({ S: "x" })],
    ["_a = :v", 'Invalid ConditionExpression: Syntax error; token: "_", near: "_a = :v"', V({ S: "x" })],
    ["status = :v", "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status", V({ S: "x" })],
    ["#i = :v", "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #i", V({ S: "x" })],
    ["a = :v", "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v"],
    ["attribute_exists(a)", "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}", V({ S: "x" })],
    ["attribute_exists(a)", "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}", undefined, { "#x": "y" }],
    ["attribute_exists(a)", 'ExpressionAttributeNames contains invalid key: Syntax error; key: "x"', undefined, { x: "y" }],
    ["foo(a)", "Invalid ConditionExpression: Invalid function name; function: foo"],
    ["if_not_exists(a, :v) = :v", "Invalid ConditionExpression: The function is not allowed in a condition expression; function: if_not_exists", V({ S: "x" })],
    ["size(a)", "Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size"],
    ["attribute_exists(:v)", "Invalid ConditionExpression: Operator or function requires a document path; operator or function: attribute_exists", V({ S: "x" })],
    ["begins_with(a, :v)", "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N", V({ N: "1" })],
    ["a < :v", "Invalid ConditionExpression: Incorrect operand type for operator or function; operator: <, operand type: BOOL", V({ BOOL: true })],
    ["a = a", "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"],
    ["((a = :v))", "Invalid ConditionExpression: The expression has redundant parentheses;", V({ S: "x" })],
    [
      "a BETWEEN :a AND :b",
      "Invalid ConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; " +
        "lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
      { ":a": { N: "2" }, ":b": { N: "1" } },
    ],
    ["a = :v", "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v", V({ N: "x" })],
  ];
  for (const [text, message, values, names] of CONDITIONS) {
    it(`condition ${text}: ${message}`, () => expect(() => holds(text, values, names)).toThrow(message));
  }

  const UPDATES: readonly (readonly [string, string, Values?])[] = [
    ["SET a = :v SET b = :v", 'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;', V({ S: "x" })],
    ["SET a.b = :v, a = :v", "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]", V({ S: "x" })],
    ["SET a.b = :v, a[0] = :v", "Invalid UpdateExpression: Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]", V({ S: "x" })],
    ["SET a = absent", "The provided expression refers to an attribute that does not exist in the item"],
    ["SET absent.b = :v", "The document path provided in the update expression is invalid for update", V({ S: "x" })],
    ["SET a = txt + :v", "An operand in the update expression has an incorrect data type", V({ N: "1" })],
    ["SET a = n + :v", "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S", V({ S: "1" })],
    ["ADD txt :v", "operator: ADD, operand type: STRING", V({ S: "1" })],
    ["DELETE tags :v", "operator: DELETE, operand type: NUMBER", V({ N: "1" })],
    ["SET a = :v + :v + :v", 'Invalid UpdateExpression: Syntax error; token: "+", near: ":v + :v"', V({ N: "1" })],
    ["SET n = n - :v", "Attempting to store more than 38 significant digits in a Number", V({ N: "1e-38" })],
  ];
  for (const [text, message, values] of UPDATES) {
    it(`update ${text}: ${message}`, () => expect(() => updated(text, values)).toThrow(message));
  }
});

it("the names of a request are part of what is compiled once: the same text with other names reads other attributes", () => {
  expect(holds("#k = :v", V({ S: "p1" }), { "#k": "id" })).toBe(true);
  expect(holds("#k = :v", V({ S: "p1" }), { "#k": "txt" })).toBe(false);
});
