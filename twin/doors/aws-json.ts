import { crc32 } from "node:zlib";
import { AwsError } from "../errors";
import { queryErrorHeader } from "./exception-codes";
import { header, isRecord, type WireProtocol, type WireRequest, type WireResponse } from "./wire-protocol";

interface Target {
  /** The service's signing name. */
  readonly service: string;
  /** The namespace of its exceptions on the wire. */
  readonly namespace: string;
  /** Does it use DynamoDB's attribute values, whose binary members are `B` and `BS`? */
  readonly attributeValues?: boolean;
}

/** Services by the prefix of `X-Amz-Target`, as their Smithy models name them. */
const TARGETS: Readonly<Record<string, Target>> = {
  DynamoDB_20120810: { service: "dynamodb", namespace: "com.amazonaws.dynamodb.v20120810", attributeValues: true },
  DynamoDBStreams_20120810: { service: "dynamodbstreams", namespace: "com.amazonaws.dynamodb.v20120810", attributeValues: true },
  GraniteServiceVersion20100801: { service: "monitoring", namespace: "com.amazonaws.cloudwatch" },
  TrentService: { service: "kms", namespace: "com.amazonaws.kms" },
  Logs_20140328: { service: "logs", namespace: "com.amazonaws.logs" },
};

const targetOf = (request: WireRequest): readonly [string, string] => {
  const [prefix = "", operation = ""] = (header(request, "x-amz-target") ?? "").split(".");
  return [prefix, operation];
};

const known = (prefix: string): Target | undefined => (Object.hasOwn(TARGETS, prefix) ? TARGETS[prefix] : undefined);

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function fromBase64(value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (!BASE64.test(value)) throw new AwsError("SerializationException", "Start of structure or map found where not expected: not base64");
  return new Uint8Array(Buffer.from(value, "base64"));
}

/**
 * Binary attribute values become bytes. A value is an object of exactly one member, so `{"B": "…"}` with text can be
 * nothing else: an attribute of that name holds an object.
 */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first) {
    const [key, member] = first;
    if (key === "B" && typeof member === "string") return { B: fromBase64(member) };
    if (key === "BS" && Array.isArray(member)) return { BS: member.map(fromBase64) };
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, revive(member)]));
}

/** Bytes as base64, dates as seconds since the epoch. "AWS JSON 1.0 protocol" (Smithy). */
function flatten(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Set) return [...value].map(flatten);
  if (Array.isArray(value)) return value.map(flatten);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, flatten(member)]));
  return value;
}

function respond(status: number, body: unknown, request: WireRequest, requestId: string, more: Readonly<Record<string, string>> = {}): WireResponse {
  const text = JSON.stringify(flatten(body) ?? {});
  const version = header(request, "content-type")?.includes("json-1.1") ? "1.1" : "1.0";
  return {
    status,
    headers: {
      "content-type": `application/x-amz-json-${version}`,
      "x-amzn-requestid": requestId,
      "x-amz-crc32": String(crc32(text)),
      ...more,
    },
    body: text,
  };
}

/** "DynamoDB low-level API" (DynamoDB developer guide): the header is needed. */
const JSON_TYPE = /^application\/x-amz-json-1\.[01]\s*(;|$)/i;

/** AWS JSON 1.0 and 1.1: the operation in `X-Amz-Target`, JSON in the body. DynamoDB and its streams, Logs, KMS, CloudWatch. */
export const awsJson: WireProtocol = {
  name: "awsJson",
  malformed: "SerializationException",
  services: [...new Set(Object.values(TARGETS).map(({ service }) => service))],

  recognises: (request) => header(request, "x-amz-target") !== undefined,

  decode(request) {
    const [prefix, operation] = targetOf(request);
    const target = known(prefix);
    if (!target || operation === "") {
      throw new AwsError("UnknownOperationException", `${header(request, "x-amz-target") ?? ""} is not in this twin; targets: ${Object.keys(TARGETS).join(", ")}`);
    }
    if (!JSON_TYPE.test(header(request, "content-type") ?? "")) {
      throw new AwsError("UnknownOperationException", `content-type: got '${header(request, "content-type") ?? ""}' for ${operation}; allowed application/x-amz-json-1.0 and -1.1`, 404);
    }
    let input: unknown;
    try {
      input = JSON.parse(Buffer.from(request.body).toString("utf8"));
    } catch {
      throw new AwsError("SerializationException", "the body is not JSON");
    }
    if (!isRecord(input)) throw new AwsError("SerializationException", "the body is not a JSON object");
    return { service: target.service, operation, input: target.attributeValues ? revive(input) : input };
  },

  encode: (output, request, requestId) => respond(200, output, request, requestId),

  fault({ name, message, status, members }, request, requestId) {
    const [prefix] = targetOf(request);
    const { namespace = "com.amazon.coral.service", service = "" } = known(prefix) ?? {};
    const query = header(request, "x-amzn-query-mode") === "true" ? queryErrorHeader(service, name, status) : {};
    return respond(status, { __type: `${namespace}#${name}`, message, ...members }, request, requestId, { "x-amzn-errortype": name, ...query });
  },
};
