import { cbor, dateToTag, tagSymbol } from "@smithy/core/cbor";
import { instant } from "../../lambda/shared/clock";
import { AwsError } from "../errors";
import { queryErrorHeader } from "./exception-codes";
import { header, isRecord, type WireProtocol, type WireRequest, type WireResponse } from "./wire-protocol";

/** Signing names of services by their Smithy names, with the namespace of their exceptions. To add one: a line here. */
const SERVICES: Readonly<Record<string, { readonly service: string; readonly namespace: string }>> = {
  GraniteServiceVersion20100801: { service: "monitoring", namespace: "com.amazonaws.cloudwatch" },
};

const PATH = /\/service\/([^/]+)\/operation\/([^/?]+)(?:\?.*)?$/s;

/** The Smithy names in the path. */
function placeOf({ target }: WireRequest): { readonly service: string; readonly operation: string } {
  const [, service = "", operation = ""] = PATH.exec(target) ?? [];
  return { service, operation };
}

const known = (name: string): (typeof SERVICES)[string] | undefined => (Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined);

/** What the decoder yields, with times (tag 1, seconds since the epoch) as dates. */
function untagged(value: unknown): unknown {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(untagged);
  if (!isRecord(value)) return value;
  if (tagSymbol in value) return value["tag"] === 1 && typeof value["value"] === "number" ? instant(value["value"] * 1000) : value["value"];
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, untagged(member)]));
}

/** The same backwards. */
function tagged(value: unknown): unknown {
  if (value instanceof Date) return dateToTag(value);
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(tagged);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (member === undefined ? [] : [[key, tagged(member)]])));
}

function respond(status: number, body: unknown, requestId: string, more: Readonly<Record<string, string>> = {}): WireResponse {
  return {
    status,
    headers: { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor", "x-amzn-requestid": requestId, ...more },
    // A copy: the encoder hands out its own buffer.
    body: Uint8Array.from(cbor.serialize(tagged(body))),
  };
}

/** "Smithy RPC v2 CBOR protocol": service and operation in the path, CBOR in the body. What newer SDKs speak to CloudWatch. */
export const awsCbor: WireProtocol = {
  name: "rpcV2Cbor",
  services: Object.values(SERVICES).map(({ service }) => service),
  malformed: "SerializationException",

  recognises: (request) => header(request, "smithy-protocol") === "rpc-v2-cbor",

  decode(request) {
    const { service, operation } = placeOf(request);
    const found = known(service);
    if (!found) {
      throw new AwsError("UnknownOperationException", `${service} ${operation} (${request.method} ${request.target}) is not in this twin; services: ${Object.keys(SERVICES).join(", ")}`);
    }
    // "Operations without input may have no body."
    const input = request.body.length === 0 ? {} : untagged(cbor.deserialize(request.body));
    if (!isRecord(input)) throw new AwsError("SerializationException", "the body is not a CBOR map");
    return { service: found.service, operation, input };
  },

  encode: (output, _request, requestId) => respond(200, output ?? {}, requestId),

  fault({ name, message, status, members }, request, requestId) {
    const { service: smithyName } = placeOf(request);
    const { service = "", namespace = "com.amazon.coral.service" } = known(smithyName) ?? {};
    const query = header(request, "x-amzn-query-mode") === "true" ? queryErrorHeader(service, name, status) : {};
    return respond(status, { __type: `${namespace}#${name}`, message, ...members }, requestId, query);
  },
};
