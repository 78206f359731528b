import type { APIGatewayProxyEvent } from "aws-lambda";
import { isoTime } from "../../../lambda/shared/clock";
import { stableId } from "../../models/ids";
import type { HttpRequest } from "../../network";
import type { Principal } from "./authorize";
import { decode } from "./routes";
import type { ParsedRequest } from "./validation";

/** What API Gateway knows of a request besides the request itself. */
export interface RequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly receivedAt: number;
  readonly resourcePath: string;
  readonly binaryMediaTypes: readonly string[];
  readonly principal?: Principal | undefined;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The common log format's time, e.g. `09/Apr/2015:12:34:56 +0000`. */
export function logTime(epochMs: number): string {
  const [date = "", time = ""] = isoTime(epochMs).split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
}

/** Headers that end at the gateway. */
const HOP_BY_HOP = ["connection", "content-length", "transfer-encoding", "keep-alive"];

function headersOf({ headers, host, sourceIp }: HttpRequest, { requestId, receivedAt }: RequestContext): Record<string, string[]> {
  const trace = `Root=1-${Math.floor(receivedAt / 1000).toString(16)}-${requestId.replaceAll("-", "").slice(0, 24)}`;
  const all: Record<string, string[]> = {};
  for (const name of Object.keys(headers)) if (!HOP_BY_HOP.includes(name)) all[name] = [...(headers[name] ?? [])];
  all["host"] = [host];
  all["x-amzn-trace-id"] = [trace];
  all["x-forwarded-for"] = [[...(headers["x-forwarded-for"] ?? []), sourceIp].join(", ")];
  all["x-forwarded-port"] = ["443"];
  all["x-forwarded-proto"] = ["https"];
  return all;
}

function lastOfEach(many: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const last: Record<string, string> = {};
  for (const name of Object.keys(many)) last[name] = many[name]?.at(-1) ?? "";
  return last;
}

/** A resource's id, made once: every request of the resource shows it. */
const resourceIds = new Map<string, string>();

function resourceId(apiId: string, resourcePath: string): string {
  const key = `${apiId} ${resourcePath}`;
  let id = resourceIds.get(key);
  if (id === undefined) {
    id = stableId(6, apiId, resourcePath);
    resourceIds.set(key, id);
  }
  return id;
}

const orNull = <T extends object>(values: T): T | null => (Object.keys(values).length === 0 ? null : values);

/** Does a content type count as binary? A star stands for any subtype, or any type at all. "Working with binary media types for REST APIs". */
function isBinary(contentType: string, binaryMediaTypes: readonly string[]): boolean {
  const [type = "", subtype] = (contentType.split(";")[0] ?? "").trim().toLowerCase().split("/");
  return binaryMediaTypes.some((binary) => binary === "*/*" || binary === `${type}/*` || binary.toLowerCase() === `${type}/${subtype ?? ""}`);
}

/** The input of the function: "Lambda proxy integrations in API Gateway", input format. Header names come in lower case. */
export function proxyEvent({ request, query, pathParameters }: ParsedRequest, context: RequestContext): APIGatewayProxyEvent {
  const path = request.target.split("?")[0] ?? "/";
  const multiValueHeaders = headersOf(request, context);
  const names = [...new Set(query.keys())];
  const multiValueQuery = Object.fromEntries(names.map((name) => [name, query.getAll(name)]));
  const binary = isBinary(request.headers["content-type"]?.[0] ?? "", context.binaryMediaTypes);
  return {
    resource: context.resourcePath,
    path: decode(path),
    httpMethod: request.method,
    headers: lastOfEach(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: orNull(lastOfEach(multiValueQuery)),
    multiValueQueryStringParameters: orNull(multiValueQuery),
    pathParameters: orNull({ ...pathParameters }),
    stageVariables: orNull({ ...context.stageVariables }),
    requestContext: requestContext(request, path, context),
    body: request.body.length === 0 ? null : Buffer.from(request.body).toString(binary ? "base64" : "utf8"),
    isBase64Encoded: binary && request.body.length > 0,
  };
}

function requestContext(request: HttpRequest, path: string, context: RequestContext): APIGatewayProxyEvent["requestContext"] {
  const { accountId, apiId, stage, requestId, receivedAt, resourcePath, principal } = context;
  return {
    resourceId: resourceId(apiId, resourcePath),
    resourcePath,
    httpMethod: request.method,
    // Looks like one, and is as unique as the request's id.
    extendedRequestId: `${requestId.replaceAll("-", "").slice(-15)}=`,
    requestTime: logTime(receivedAt),
    path,
    accountId,
    protocol: "HTTP/1.1",
    stage,
    domainPrefix: request.host.split(".")[0] ?? "",
    requestTimeEpoch: receivedAt,
    requestId,
    domainName: request.host,
    apiId,
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
      userAgent: request.headers["user-agent"]?.at(-1) ?? null,
      user: null,
      apiKey: null,
      apiKeyId: null,
    },
  };
}
