import { lineFilter, PatternError } from "../../../rules/logs-pattern";

const NOT_PROBES = '{ ($.status != "200") || (($.route != "/health") && ($.route != "/switch")) }';

test.each([
  ["", "anything", true],
  ["ERROR", "an ERROR here", true],
  ["ERROR late", "an ERROR here", false],
  ['"ERROR here"', "an ERROR here", true],
  ["{ $.a.b = 1 }", '{"a":{"b":1}}', true],
  ["{ $.a.b = 1 }", '{"a":{"b":"1"}}', false],
  ['{ $.a != "x" }', '{"b":1}', false],
  ['{ $.a = "x" }', "no JSON", false],
  [NOT_PROBES, '{"status":"200","route":"/health"}', false],
  [NOT_PROBES, '{"status":"200","route":"/switch"}', false],
  [NOT_PROBES, '{"status":"503","route":"/health"}', true],
  [NOT_PROBES, '{"status":"200","route":"/payments"}', true],
])("the pattern %s of the line %s: %s", (pattern, line, taken) => {
  expect(lineFilter(pattern)(line)).toBe(taken);
});

test.each(["{ $.a > 1 }", "{ $.a = }", "{ ($.a = 1 }", "{ a = 1 }", "[a, b]", "?x ?y", "{ $.a = 1 && }"])("%s is refused, not misread", (pattern) => {
  expect(() => lineFilter(pattern)).toThrow(PatternError);
});

test("a line that knows its members is matched without its text; without them the text is read", () => {
  const never = (): string => {
    throw new Error("nobody needs the text");
  };
  const member = ([name = ""]: readonly string[]): unknown => ({ status: "503", route: "/health" })[name];
  expect(lineFilter(NOT_PROBES)({ text: never, member })).toBe(true);
  expect(lineFilter("")({ text: never })).toBe(true);
  expect(lineFilter(NOT_PROBES)({ text: () => '{"status":"200","route":"/health"}' })).toBe(false);
  expect(lineFilter("ERROR")({ text: () => "an ERROR here", member: () => undefined })).toBe(true);
});
