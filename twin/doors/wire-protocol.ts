/** An HTTP request to an AWS endpoint, its body whole. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What a request asks for, in the SDK's shapes. */
export interface WireCall {
  /** The service's signing name. */
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** One protocol that AWS's SDKs speak. The door has a table of them; the first that recognises a request serves it. */
export interface WireProtocol {
  readonly name: string;
  /** Signing names of the services that are reached by it. */
  readonly services: readonly string[];
  /** The error for a body that cannot be read, where decode has none of its own. */
  readonly malformed: string;
  /** `Content-Encoding` belongs to the content, which is kept as it comes. Else gzip is the transport's alone. */
  readonly keepsEncoding?: true;
  recognises(request: WireRequest): boolean;
  /** Throws an AwsError for what the protocol cannot read. */
  decode(request: WireRequest): WireCall;
  encode(output: unknown, request: WireRequest, requestId: string): WireResponse;
  /** An error in the protocol's shape. */
  fault(error: WireFault, request: WireRequest, requestId: string): WireResponse;
}

/** An exception as the services throw it. */
export interface WireFault {
  readonly name: string;
  readonly message: string;
  readonly status: number;
  /** Further members, e.g. `Item`. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** A header's first value. */
export function header(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" || value === undefined ? value : value[0];
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
