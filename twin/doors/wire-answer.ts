import { gunzipSync } from "node:zlib";
import type { Caller, Cloud } from "../cloud";
import { AwsError } from "../errors";
import { ConnectionRefused } from "../kernel/door";
import { sessions } from "../services/lambda/sessions";
import { awsCbor } from "./aws-cbor";
import { awsJson } from "./aws-json";
import { awsQuery } from "./aws-query";
import { s3Rest } from "./s3-rest";
import { header, type WireCall, type WireFault, type WireProtocol, type WireRequest, type WireResponse } from "./wire-protocol";
import { checkShape } from "./wire-shapes";

/** Every protocol that the door speaks. To add one: an adapter of its own, and a place in this table. */
export const PROTOCOLS: readonly WireProtocol[] = [awsCbor, awsJson, awsQuery, s3Rest];

/** The largest body that is read, bytes: above DynamoDB's 16 MB for a request. "Service, account, and table quotas in Amazon DynamoDB". */
export const MAX_BODY = 17 * 1024 * 1024;

/** `Credential=<access key>/<date>/<region>/<service>/aws4_request` of a SigV4 header. */
const accessKeyOf = (request: WireRequest): string | undefined => /Credential=([^/,\s]+)\//.exec(header(request, "authorization") ?? "")?.[1];

/** The exception behind a rejection. */
function faultOf(error: unknown): WireFault {
  if (error instanceof AwsError) {
    return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode, members: error.detail };
  }
  // Faults of the door and defects of the twin: AWS shows both as its own internal error.
  const message = error instanceof Error ? error.message : String(error);
  return { name: "InternalServerError", message, status: 500, members: {} };
}

/** The SDKs compress the larger requests to CloudWatch. "Compression" (SDKs and tools reference guide). */
const isGzipped = (request: WireRequest): boolean => header(request, "content-encoding")?.trim().toLowerCase() === "gzip";

/** What a request asks for. Whatever its bytes are, it throws nothing but AwsError. */
function read(request: WireRequest, protocol: WireProtocol): WireCall {
  try {
    const inflate = !protocol.keepsEncoding && isGzipped(request);
    const call = protocol.decode(inflate ? { ...request, body: gunzipSync(request.body, { maxOutputLength: MAX_BODY }) } : request);
    checkShape(call);
    return call;
  } catch (error) {
    // Broken gzip or CBOR, or nested deeper than the stack.
    throw error instanceof AwsError ? error : new AwsError(protocol.malformed, `the body cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function callerOf(cloud: Cloud, request: WireRequest): Caller {
  const key = accessKeyOf(request);
  return (key === undefined ? undefined : sessions(cloud).identify(key)) ?? {};
}

/**
 * An endpoint's answer to a request, whatever carries it: sockets, or a client in the same process. Rejects with
 * {@link ConnectionRefused} where the connection is cut; never settles when packets vanish.
 * @param readBody asked after the head has told the protocol, so that a refusal has its shape
 * @param known who calls, where the carrier knows more than the request's access key tells
 */
export async function answerWire(cloud: Cloud, region: string, head: WireRequest, readBody: () => Promise<Uint8Array>, known?: Caller): Promise<WireResponse> {
  const requestId = cloud.kernel.random("aws-wire/request-ids").id(52).toUpperCase();
  const protocol = PROTOCOLS.find((candidate) => candidate.recognises(head));
  let request = head;
  try {
    request = { ...head, body: await readBody() };
    if (!protocol) throw new AwsError("UnknownOperationException", `${head.method} ${head.target}: no protocol of this twin (${PROTOCOLS.map(({ name }) => name).join(", ")})`);
    const { service, operation, input } = read(request, protocol);
    const caller = known ?? callerOf(cloud, request);
    const route = { region, service, operation, ...(caller.region === undefined ? {} : { from: caller.region }) };
    return protocol.encode(await cloud.call(route, input, caller), request, requestId);
  } catch (error) {
    if (error instanceof ConnectionRefused) throw error;
    return (protocol ?? awsJson).fault(faultOf(error), request, requestId);
  }
}
