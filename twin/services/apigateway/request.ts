import { MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES } from "../../../rules/apigateway";
import type { HttpRequest } from "../../network";
import { Rejection } from "./responses";

/** A request with its parameters taken apart. */
export class ParsedRequest {
  /** Undefined where there is none. */
  readonly query: URLSearchParams | undefined;
  private decoded: string | undefined;

  /** @param pathParameters URL-decoded, made for this request; undefined where the resource has none */
  constructor(
    readonly request: HttpRequest,
    readonly pathParameters: Record<string, string> | undefined,
  ) {
    const { target } = request;
    const mark = target.indexOf("?");
    this.query = mark < 0 ? undefined : new URLSearchParams(target.slice(mark + 1));
  }

  /** The body as UTF-8, decoded once for all who read it. */
  get text(): string {
    const { body } = this.request;
    return (this.decoded ??= Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8"));
  }
}

/** A UTF-16 unit is at most three bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** "Quotas for configuring and running a REST API in API Gateway". 431 is HTTP's own status for the headers; AWS documents no type for it. */
export function checkSize({ body, headers }: HttpRequest): void {
  if (body.length > MAX_PAYLOAD_BYTES) throw new Rejection("REQUEST_TOO_LARGE", `HTTP content length exceeded ${MAX_PAYLOAD_BYTES} bytes.`);
  let units = 0;
  for (const name of Object.keys(headers)) for (const value of headers[name] ?? []) units += value.length;
  // Bytes are counted only where they could be too many.
  if (units * MAX_BYTES_PER_UNIT <= MAX_HEADER_BYTES) return;
  const total = Object.values(headers).flat().reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (total > MAX_HEADER_BYTES) throw new Rejection("DEFAULT_4XX", `HTTP header is larger than ${MAX_HEADER_BYTES} bytes.`, 431);
}
