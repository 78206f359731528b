import type { APIGatewayProxyEvent } from "aws-lambda";
import { isoTime } from "../../../lambda/shared/clock";
import type { HttpRequest } from "../../network";
import type { Exchange } from "./exchange";
import type { ParsedRequest } from "./request";
import { decode } from "./routes";
import type { Endpoint } from "./stage";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The common log format's time, e.g. `09/Apr/2015:12:34:56 +0000`. */
export function logTime(epochMs: number): string {
  const iso = isoTime(epochMs);
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** What events show of a second. */
interface Second {
  readonly epoch: number;
  readonly logTime: string;
  /** How a trace id of the second begins. */
  readonly trace: string;
}

/** The last one that was asked for: requests come in the order of time, several in a second. */
let last: Second = { epoch: Number.NaN, logTime: "", trace: "" };

function secondOf(epochMs: number): Second {
  const epoch = Math.floor(epochMs / 1000);
  if (epoch !== last.epoch) last = { epoch, logTime: logTime(epochMs), trace: `Root=1-${epoch.toString(16)}-` };
  return last;
}

/** Headers that end at the gateway, and those that it sets itself. */
const NOT_PASSED_ON = new Set([
  "connection", "content-length", "transfer-encoding", "keep-alive",
  "host", "x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto",
]);

type Headers = Pick<APIGatewayProxyEvent, "headers" | "multiValueHeaders">;

function headersOf(request: HttpRequest, { host, sourceIp, requestId, receivedAt }: Exchange): Headers {
  // The id's first 24 digits.
  const digits = requestId.slice(0, 8) + requestId.slice(9, 13) + requestId.slice(14, 18) + requestId.slice(19, 23) + requestId.slice(24, 28);
  const trace = secondOf(receivedAt).trace + digits;
  const passed = request.headers["x-forwarded-for"];
  const forwarded = passed ? [...passed, sourceIp].join(", ") : sourceIp;
  const headers: APIGatewayProxyEvent["headers"] = {
    host, "x-amzn-trace-id": trace, "x-forwarded-for": forwarded, "x-forwarded-port": "443", "x-forwarded-proto": "https",
  };
  const multiValueHeaders: APIGatewayProxyEvent["multiValueHeaders"] = {
    host: [host], "x-amzn-trace-id": [trace], "x-forwarded-for": [forwarded], "x-forwarded-port": ["443"], "x-forwarded-proto": ["https"],
  };
  for (const name of Object.keys(request.headers)) {
    if (NOT_PASSED_ON.has(name)) continue;
    const values = [...(request.headers[name] ?? [])];
    multiValueHeaders[name] = values;
    headers[name] = values[values.length - 1] ?? "";
  }
  return { headers, multiValueHeaders };
}

type Query = Pick<APIGatewayProxyEvent, "queryStringParameters" | "multiValueQueryStringParameters">;

const NO_QUERY: Query = { queryStringParameters: null, multiValueQueryStringParameters: null };

function queryOf({ query }: ParsedRequest): Query {
  if (!query || query.size === 0) return NO_QUERY;
  const names = [...new Set(query.keys())];
  return {
    queryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name).at(-1) ?? ""])),
    multiValueQueryStringParameters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
  };
}

/** The input of the function: "Lambda proxy integrations in API Gateway", input format. Header names come in lower case. */
export function proxyEvent(exchange: Exchange, endpoint: Endpoint, parsed: ParsedRequest): APIGatewayProxyEvent {
  const { path, stage } = exchange;
  const { request } = parsed;
  const { headers, multiValueHeaders } = headersOf(request, exchange);
  const { queryStringParameters, multiValueQueryStringParameters } = queryOf(parsed);
  const hasBody = request.body.length > 0;
  const binary = hasBody && stage.isBinary(request.headers["content-type"]?.[0] ?? "");
  return {
    resource: endpoint.method.resourcePath,
    path: decode(path),
    httpMethod: request.method,
    headers,
    multiValueHeaders,
    queryStringParameters,
    multiValueQueryStringParameters,
    pathParameters: parsed.pathParameters ?? null,
    stageVariables: stage.stageVariables ? { ...stage.stageVariables } : null,
    requestContext: requestContext(request, exchange, endpoint),
    body: hasBody ? (binary ? Buffer.from(request.body).toString("base64") : parsed.text) : null,
    isBase64Encoded: binary,
  };
}

const domainPrefix = (host: string): string => {
  const end = host.indexOf(".");
  return end < 0 ? host : host.slice(0, end);
};

function requestContext(request: HttpRequest, { path, stage, requestId, receivedAt, principal }: Exchange, { method, resourceId }: Endpoint): APIGatewayProxyEvent["requestContext"] {
  return {
    resourceId,
    resourcePath: method.resourcePath,
    httpMethod: request.method,
    // Looks like one, and is as unique as the request's id.
    extendedRequestId: `${requestId.slice(20, 23)}${requestId.slice(24)}=`,
    requestTime: secondOf(receivedAt).logTime,
    path,
    accountId: stage.accountId,
    protocol: "HTTP/1.1",
    stage: stage.name,
    domainPrefix: domainPrefix(request.host),
    requestTimeEpoch: receivedAt,
    requestId,
    domainName: request.host,
    apiId: stage.apiId,
    authorizer: null,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: principal ? (principal.userArn.split(":")[4] ?? null) : null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: request.sourceIp,
      principalOrgId: null,
      accessKey: principal?.accessKey ?? null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      clientCert: null,
      userArn: principal?.userArn ?? null,
      userAgent: headerOf(request, "user-agent"),
      user: null,
      apiKey: null,
      apiKeyId: null,
    },
  };
}

const headerOf = ({ headers }: HttpRequest, name: string): string | null => headers[name]?.at(-1) ?? null;
