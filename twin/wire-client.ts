import type { ClientClass } from "../lambda/shared/runtime";
import type { Caller, Cloud } from "./cloud";
import { answerWire } from "./doors/wire-answer";
import { ConnectionRefused } from "./kernel/door";
import { pinned, type SdkOutput } from "./sdk-client";

/** A request as the SDK's middleware hands it to a request handler (HttpRequest of @smithy/types). */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

const bytesOf = (body: SdkRequest["body"]): Uint8Array => (typeof body === "string" ? Buffer.from(body, "utf8") : (body ?? new Uint8Array()));

function targetOf({ path, query = {} }: SdkRequest): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => (one === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(one)}`)),
  );
  return parts.length === 0 ? path : `${path}?${parts.join("&")}`;
}

/** A connection that was cut, as Node's HTTP client and the SDK's handler report it. */
const cut = ({ code, message, name }: ConnectionRefused): Error => Object.assign(new Error(message), { code, name: code === "ECONNRESET" ? "TimeoutError" : name });

/** The SDK's request handler, with the twin's endpoint behind it instead of a socket. */
const handlerFor = (cloud: Cloud, region: string, caller: Caller) => ({
  async handle(request: SdkRequest) {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const head = { method: request.method, target: targetOf(request), headers, body: new Uint8Array() };
    try {
      const { status, headers: given, body } = await answerWire(cloud, region, head, () => Promise.resolve(bytesOf(request.body)), caller);
      return { response: { statusCode: status, headers: given, body: bytesOf(body) } };
    } catch (error) {
      throw error instanceof ConnectionRefused ? cut(error) : error;
    }
  },
  metadata: { handlerProtocol: "http/1.1" },
  destroy: () => undefined,
  updateHttpClientConfig: () => undefined,
  httpHandlerConfigs: () => ({}),
});

/** Sends one of a client's commands once. Rejects as the SDK does. */
export type SendCommand = (command: unknown) => Promise<SdkOutput>;

/**
 * A real client that speaks its own protocol to the twin's endpoint, without a socket: it serialises, and reads answers
 * and exceptions itself. One attempt; only the signature is a stub, since it takes most of the time and nobody verifies it.
 */
export function wireClient(Client: ClientClass<unknown>, cloud: Cloud, region: string, caller: Caller): SendCommand {
  const sign = async (request: SdkRequest): Promise<SdkRequest> => {
    const service = (client.config.signingName ?? client.config.defaultSigningName) ?? "";
    request.headers["authorization"] = `AWS4-HMAC-SHA256 Credential=AKIATWIN/20260101/${region}/${service}/aws4_request`;
    return request;
  };
  const settings = { ...pinned(region), forcePathStyle: true, requestHandler: handlerFor(cloud, region, caller), signer: { sign } };
  const client = new Client(settings as never) as { // see ClientClass; every generated client has these
    readonly config: { readonly signingName?: string; readonly defaultSigningName?: string };
    send(command: unknown): Promise<SdkOutput>;
  };
  return (command) => client.send(command);
}
