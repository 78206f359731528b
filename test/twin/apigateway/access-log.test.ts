import { textOf, type LazyLine } from "../../../rules/logs-pattern";
import { logs } from "../../../twin/services/logs/index";
import { REGION, send, world, type Sketch } from "./support";

const FORMAT = JSON.stringify({ id: "$context.requestId", method: "$context.httpMethod", route: "$context.resourcePath", who: "$context.identity.userArn", ms: "$context.responseLatency" });

/** The line of one request, as its log group got it. */
async function lineOf(format: string, sketch: Sketch = {}) {
  const here = world();
  here.gateway.accessLogs.set("api1", "prod", { group: "access", format });
  await send(here, sketch);
  const [event] = logs(here.cloud, REGION).group("access").events();
  return event?.line ?? "";
}

const memberOf = (line: string | LazyLine, ...path: string[]): unknown => (typeof line === "string" ? undefined : line.member?.(path));

test("a JSON format's line knows its members as its text has them", async () => {
  const line = await lineOf(FORMAT);
  const fields = JSON.parse(textOf(line)) as Record<string, unknown>;
  expect(fields).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), method: "GET", route: "/orders/{orderId}", who: "-", ms: "0" });
  for (const name of Object.keys(fields)) expect(memberOf(line, name)).toBe(fields[name]);
  expect([memberOf(line, "nothing"), memberOf(line, "id", "length"), memberOf(line)]).toEqual([undefined, undefined, undefined]);
});

test("what no request has is a dash, and text without variables stays as it is", async () => {
  expect(textOf(await lineOf("$context.status $context.nonsense $context.error.responseType.", { target: "/nowhere" }))).toBe("403 - MISSING_AUTHENTICATION_TOKEN.");
});

test.each<[string, string]>([
  ["a client's quotation marks could break the JSON", JSON.stringify({ path: "$context.path" })],
  ["a text has more than a variable", JSON.stringify({ path: "$context.httpMethod $context.resourcePath" })],
  ["the format is no JSON", '{ "path": $context.status, }'],
  ["the format is nested", JSON.stringify({ identity: { path: "$context.identity.userArn" } })],
])("where %s a line is text alone", async (_, format) => {
  const line = await lineOf(format, { target: '/orders/"1"' });
  expect(typeof line === "string" || line.member === undefined).toBe(true);
});

/** Everything that an object holds on to. */
function heldBy(value: unknown, seen = new Set<unknown>()): Set<unknown> {
  if (typeof value !== "object" || value === null || seen.has(value)) return seen;
  seen.add(value);
  for (const name of Object.keys(value)) heldBy((value as Readonly<Record<string, unknown>>)[name], seen); // any object
  return seen;
}

test("a line does not hold on to its request, whose body may be large and the line's object kept for long", async () => {
  const held = [...heldBy(await lineOf(FORMAT, { method: "POST", target: "/orders", body: "{}" }))];
  expect(held.filter((one) => one instanceof Uint8Array || (typeof one === "object" && one !== null && "headers" in one))).toEqual([]);
});
