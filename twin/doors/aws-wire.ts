import { gunzipSync } from "node:zlib";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
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
const MAX_BODY = 17 * 1024 * 1024;

export interface WireOptions {
  readonly region: string;
  readonly address: string;
  /** 0 = a free one. */
  readonly port: number;
}

/** `Credential=<access key>/<date>/<region>/<service>/aws4_request` of a SigV4 header. */
const accessKeyOf = (request: WireRequest): string | undefined => /Credential=([^/,\s]+)\//.exec(header(request, "authorization") ?? "")?.[1];

/** The exception behind a rejection; undefined when the connection must be cut instead. */
function faultOf(error: unknown): WireFault | undefined {
  if (error instanceof ConnectionRefused) return undefined;
  if (error instanceof AwsError) {
    return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode, members: error.detail };
  }
  // Faults of the door and defects of the twin: AWS shows both as its own internal error.
  const message = error instanceof Error ? error.message : String(error);
  return { name: "InternalServerError", message, status: 500, members: {} };
}

/** The body, read to its end even when it is too large: a client that still sends does not hear the answer. */
async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) { // an HTTP request without an encoding yields buffers
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) throw new AwsError("RequestEntityTooLarge", `the body has ${size} bytes; allowed ${MAX_BODY} in this twin`, 413);
  return Buffer.concat(chunks);
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

/**
 * A region's AWS endpoint: what AWS_ENDPOINT_URL of functions and outside tools (SDKs, the AWS CLI) point to. Signatures
 * are not verified; the access key alone tells the caller, and an unknown key is the account's owner.
 */
export class AwsWire {
  private constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
    private readonly server: Server,
  ) {
    server.on("request", (message: IncomingMessage, response: ServerResponse) => void this.serve(message, response));
  }

  /** Rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL …) when it cannot listen. */
  static start(cloud: Cloud, { region, address, port }: WireOptions): Promise<AwsWire> {
    const wire = new AwsWire(cloud, region, createServer());
    return new Promise((resolve, reject) => {
      wire.server.once("error", reject);
      wire.server.listen(port, address, () => resolve(wire));
    });
  }

  /** e.g. `http://127.0.0.1:9001` */
  get url(): string {
    const { address, port } = this.server.address() as AddressInfo; // it listens on TCP
    return `http://${address}:${port}`;
  }

  /** Ends all connections, answered or not. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away in the middle of its body: nobody waits for an answer.
    message.on("error", () => undefined);
    const { method = "GET", url: target = "/", headers } = message;
    const answer = await this.answer({ method, target, headers, body: new Uint8Array() }, message);
    try {
      if (!answer) throw new Error("the connection is cut");
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    } catch {
      // What was stored cannot be put into an HTTP header, or the connection is to be cut.
      message.socket.destroy();
    }
  }

  /** Undefined = cut the connection. Never settles when packets vanish: then there is no answer. */
  private async answer(head: WireRequest, message: IncomingMessage): Promise<WireResponse | undefined> {
    const requestId = this.cloud.kernel.random("aws-wire/request-ids").id(52).toUpperCase();
    const protocol = PROTOCOLS.find((candidate) => candidate.recognises(head));
    let request = head;
    try {
      request = { ...head, body: await readBody(message) };
      if (!protocol) throw new AwsError("UnknownOperationException", `${head.method} ${head.target}: no protocol of this twin (${PROTOCOLS.map(({ name }) => name).join(", ")})`);
      const { service, operation, input } = read(request, protocol);
      const caller = this.callerOf(request);
      const route = { region: this.region, service, operation, ...(caller.region === undefined ? {} : { from: caller.region }) };
      return protocol.encode(await this.cloud.call(route, input, caller), request, requestId);
    } catch (error) {
      const fault = faultOf(error);
      return fault && (protocol ?? awsJson).fault(fault, request, requestId);
    }
  }

  private callerOf(request: WireRequest): Caller {
    const key = accessKeyOf(request);
    return (key === undefined ? undefined : sessions(this.cloud).identify(key)) ?? {};
  }
}
