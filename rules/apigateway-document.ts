import { INTEGRATION_TIMEOUT_MS, RESERVED_PATHS, type Violation } from "./apigateway";
import { draft4Violations } from "./apigateway-model";

/** The methods of an OpenAPI path item, and API Gateway's extension for all of them. */
export const OPERATION_KEYS = ["get", "head", "post", "put", "patch", "delete", "options", "x-amazon-apigateway-any-method"] as const;

/** "Gateway response types for API Gateway". */
export const GATEWAY_RESPONSE_TYPES: readonly string[] = [
  "ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE", "BAD_REQUEST_PARAMETERS",
  "BAD_REQUEST_BODY", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN", "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "INVALID_API_KEY",
  "INVALID_SIGNATURE", "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED", "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED",
  "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
];

/** "x-amazon-apigateway-integration object": the uri of a Lambda integration; the region is that of the API. */
const INVOKE_ARN = /^arn:aws:apigateway:([a-z0-9-]+):lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?)\/invocations$/;

/** The function's ARN in a Lambda integration's uri; undefined where the uri is none. */
export const functionOfUri = (uri: string): string | undefined => INVOKE_ARN.exec(uri)?.[2];

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** The members of an object; none where the value is no object. */
export const members = (value: unknown): readonly (readonly [string, unknown])[] => (isObject(value) ? Object.entries(value) : []);

const at = (message: string, code: string): Violation => ({ code, property: "body", message });

/**
 * What API Gateway would refuse when it imports the document with `failOnWarnings`, or ignore in silence. Developer
 * guide, "Develop REST APIs using OpenAPI in API Gateway" and "Amazon API Gateway important notes for REST APIs".
 * @param body the document as JSON
 * @param region the API's region, which an integration's uri must name
 */
export function documentViolations(body: unknown, region: string): readonly Violation[] {
  let document: unknown;
  try {
    document = JSON.parse(String(body));
  } catch {
    return [at("is no JSON; give the OpenAPI document as one JSON text", "apigateway.document")];
  }
  if (!isObject(document) || !/^3\.0\.\d+$/.test(String(document["openapi"]))) {
    return [at(`openapi: got ${JSON.stringify(isObject(document) ? document["openapi"] : document)}; allowed 3.0.x`, "apigateway.document")];
  }
  const paths = members(document["paths"]);
  return [
    ...(paths.length === 0 ? [at("paths: got none; an API needs a method to be deployed", "apigateway.no-method")] : []),
    ...(document["security"] === undefined ? [] : [at("security: at the root it is ignored; put it on each operation", "apigateway.root-security")]),
    ...paths.flatMap(([path, item]) => [...pathViolations(path), ...operationsOf(item).flatMap(([key, operation]) => operationViolations(`${key} ${path}`, operation, document, region))]),
    ...conflicts(paths.map(([path]) => path)),
    ...modelViolations(document),
    ...members(document["x-amazon-apigateway-gateway-responses"]).flatMap(([type, response]) => gatewayResponseViolations(type, response)),
  ];
}

const operationsOf = (item: unknown): readonly (readonly [string, unknown])[] => members(item).filter(([key]) => OPERATION_KEYS.some((known) => known === key));

/** "Amazon API Gateway important notes": what a path's segments may hold. */
function pathViolations(path: string): readonly Violation[] {
  if (RESERVED_PATHS.includes(path)) return [at(`${path}: reserved for the service's health check; choose another path, e.g. /health`, "apigateway.reserved-path")];
  if (path === "/") return [];
  const segments = path.split("/").slice(1);
  const bad = segments.find((segment, index) => !isSegment(segment, index === segments.length - 1));
  if (path.startsWith("/") && bad === undefined) return [];
  return [at(`${path}: segment ${JSON.stringify(bad ?? "")}; allowed letters, digits and _-.,:*, or a whole {parameter}, {proxy+} only at the end`, "apigateway.path")];
}

const isSegment = (segment: string, last: boolean): boolean =>
  /^[A-Za-z0-9_.,:*-]+$/.test(segment) || /^\{[A-Za-z0-9_.-]+\}$/.test(segment) || (last && /^\{[A-Za-z0-9_.-]+\+\}$/.test(segment));

/** A resource has at most one child that is a parameter. */
function conflicts(paths: readonly string[]): readonly Violation[] {
  const names = new Map<string, string>();
  const found: Violation[] = [];
  for (const path of paths) {
    let parent = "";
    for (const segment of path.split("/").slice(1)) {
      if (segment.startsWith("{")) {
        const first = names.get(parent) ?? segment;
        names.set(parent, first);
        if (first !== segment) found.push(at(`${path}: ${parent}/ already has the child ${first}; a resource has one variable child only`, "apigateway.path-conflict"));
      }
      parent += `/${segment}`;
    }
  }
  return found;
}

function operationViolations(where: string, operation: unknown, document: Json, region: string): readonly Violation[] {
  const integration = isObject(operation) ? operation["x-amazon-apigateway-integration"] : undefined;
  if (!isObject(operation) || !isObject(integration)) return [at(`${where}: no x-amazon-apigateway-integration; a method without one cannot be deployed`, "apigateway.no-integration")];
  const found: Violation[] = [...integrationViolations(where, integration, region)];
  const validator = operation["x-amazon-apigateway-request-validator"];
  const validators = document["x-amazon-apigateway-request-validators"];
  if (validator !== undefined && !(isObject(validators) && isObject(validators[String(validator)]))) {
    found.push(at(`${where}: validator ${JSON.stringify(validator)} is not in x-amazon-apigateway-request-validators`, "apigateway.validator"));
  }
  return found;
}

function integrationViolations(where: string, integration: Json, region: string): readonly Violation[] {
  const { uri, type, httpMethod, timeoutInMillis } = integration;
  const found: Violation[] = [];
  if (String(type).toLowerCase() === "aws_proxy") {
    const arnRegion = INVOKE_ARN.exec(String(uri))?.[1];
    const allowed = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/<function arn>/invocations, which is the function's invokeArn`;
    if (arnRegion === undefined) found.push(at(`${where}: integration uri ${JSON.stringify(uri)}; allowed ${allowed} (not its arn)`, "apigateway.integration-uri"));
    else if (arnRegion !== region) found.push(at(`${where}: integration uri is of ${arnRegion}; allowed ${allowed}`, "apigateway.integration-region"));
    if (httpMethod !== "POST") found.push(at(`${where}: integration httpMethod ${JSON.stringify(httpMethod)}; Lambda is invoked by POST, whatever the method`, "apigateway.integration-method"));
  }
  const { min, max } = INTEGRATION_TIMEOUT_MS;
  if (timeoutInMillis !== undefined && !(Number.isInteger(timeoutInMillis) && Number(timeoutInMillis) >= min && Number(timeoutInMillis) <= max)) {
    found.push(at(`${where}: timeoutInMillis ${JSON.stringify(timeoutInMillis)}; allowed ${min}..${max} (ms)`, "apigateway.timeout"));
  }
  return found;
}

/** "Data models for REST APIs in API Gateway". */
function modelViolations(document: Json): readonly Violation[] {
  const components = document["components"];
  return members(isObject(components) ? components["schemas"] : undefined).flatMap(([name, schema]) => [
    ...(/^[A-Za-z0-9]+$/.test(name) ? [] : [at(`model ${name}: allowed letters and digits only`, "apigateway.model-name")]),
    ...draft4Violations(schema).map((problem) => at(`model ${name}: ${problem}`, "apigateway.model")),
  ]);
}

/** "x-amazon-apigateway-gateway-responses object". */
function gatewayResponseViolations(type: string, response: unknown): readonly Violation[] {
  const where = `x-amazon-apigateway-gateway-responses ${type}`;
  if (!GATEWAY_RESPONSE_TYPES.includes(type)) return [at(`${where}: allowed ${GATEWAY_RESPONSE_TYPES.join(", ")}`, "apigateway.gateway-response-type")];
  const status = isObject(response) ? response["statusCode"] : undefined;
  const found: Violation[] = [];
  if (status !== undefined && !/^[1-5]\d\d$/.test(String(status))) found.push(at(`${where}: statusCode ${JSON.stringify(status)}; allowed 100..599`, "apigateway.gateway-response-status"));
  for (const [name] of members(isObject(response) ? response["responseParameters"] : undefined)) {
    if (!/^gatewayresponse\.header\.[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      found.push(at(`${where}: parameter ${name}; allowed gatewayresponse.header.<name>`, "apigateway.gateway-response-parameter"));
    }
  }
  return found;
}
