import type { HttpRequest } from "../../../twin/network";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { AccessLogs } from "../../../twin/services/apigateway/access-log";
import { Exchange } from "../../../twin/services/apigateway/exchange";
import type { Stage } from "../../../twin/services/apigateway/stage";
import { logs } from "../../../twin/services/logs/index";
import { newCloud } from "../../twin/route53/world";

const REGION = "us-east-1";
const GROUP = "access";
const stage = { key: "api/live", apiId: "api", name: "live", accountId: "1" } as Stage; // what access logs look at

function lineOf(format: string, pattern: string, request: Partial<HttpRequest> = {}): { readonly text: string | undefined; readonly taken: boolean } {
  const cloud = newCloud(new VirtualKernel(1));
  const service = logs(cloud, REGION);
  service.createGroup({ name: GROUP, arn: GROUP });
  service.putDestination({ name: "d", arn: "d", targetArn: "t", roleArn: "r" });
  service.subscribe({ group: GROUP, name: "f", pattern, destinationArn: "d" });
  const access = new AccessLogs(cloud, REGION);
  access.set("api", "live", { group: GROUP, format });
  const sent: HttpRequest = { method: "GET", host: "h", target: "/x", headers: {}, body: new Uint8Array(), sourceIp: "192.0.2.1", ...request };
  const exchange = new Exchange(sent, sent.target, stage, "r-1", 5);
  exchange.status = 200;
  access.write(exchange);
  return { text: service.group(GROUP).events()[0]?.message, taken: service.figures(GROUP)["f"]?.waiting === 1 };
}

const PLAIN = '{"id":"$context.requestId","status":"$context.status","route":"$context.resourcePath","other":"$context.unknown"}';

test.each([
  [PLAIN, '{ $.status = "200" }', true],
  [PLAIN, '{ $.status != "200" }', false],
  [PLAIN, '{ $.route = "-" && $.other = "-" }', true],
  [PLAIN, '{ $.nothing != "x" }', false],
  [PLAIN, '{ $.status.inner != "x" }', false],
  ['{"status":$context.status}', "{ $.status = 200 }", true],
  ['{"status":"is $context.status"}', '{ $.status = "is 200" }', true],
  ["$context.requestId $context.status", "200", true],
  ["$context.requestId $context.status", '{ $.status = "200" }', false],
] as const)("of the format %s the filter %s takes the line: %s, as of its text", (format, pattern, expected) => {
  const { text, taken } = lineOf(format, pattern);
  expect(taken).toBe(expected);
  expect(text).toBe(format.replace("$context.requestId", "r-1").replace("$context.status", "200").replace(/\$context\.(resourcePath|unknown)/g, "-"));
});

test("a path with a quote makes a line that is no JSON, which no filter of members takes", () => {
  const format = '{"path":"$context.path","status":"$context.status"}';
  expect(lineOf(format, '{ $.status = "200" }').taken).toBe(true);
  expect(lineOf(format, '{ $.status = "200" }', { target: '/"' })).toEqual({ text: '{"path":"/"","status":"200"}', taken: false });
});
