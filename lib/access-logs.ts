import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { createLogGroup } from "./logs";
import type { RegionContext } from "./regions";
import { routesOf } from "./routes";

const PROBED = routesOf("secondary").filter(({ probed }) => probed).map(({ path }) => path);

/**
 * One line of JSON for each request: the route by its template, so neither ids, query strings nor payloads are in it.
 * API Gateway developer guide, "Variables for access logging for API Gateway".
 */
const FORMAT = JSON.stringify({
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  method: "$context.httpMethod",
  route: "$context.resourcePath",
  principal: "$context.identity.userArn",
  error: "$context.error.responseType",
});

/**
 * Health checkers' 200s stay in the region: a REST API cannot leave requests out of its access log, so the group has
 * them until its retention ends, and the filter drops them before the central delivery, where they would be most lines.
 */
const WORTH_SENDING = `{ ($.status != "200") || (${PROBED.map((route) => `($.route != "${route}")`).join(" && ")}) }`;

/**
 * The stage's access log, or none where the configuration says so.
 * @param api name of the API
 */
export function accessLog(context: RegionContext, api: string, config: Pick<Config, "accessLogs" | "logRetentionDays">): { readonly accessLogSettings?: pulumi.Input<aws.types.input.apigateway.StageAccessLogSettings> } {
  if (!config.accessLogs) return {};
  const group = createLogGroup(context, `/aws/apigateway/${api}-access`, config, WORTH_SENDING);
  return { accessLogSettings: { destinationArn: group.arn, format: FORMAT } };
}
