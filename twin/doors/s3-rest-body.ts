import { AwsError } from "../errors";
import { header, type WireRequest } from "./wire-protocol";

/** The content of a request, and the headers that came behind it. */
export interface Content {
  readonly bytes: Uint8Array;
  readonly trailers: Readonly<Record<string, string>>;
}

const incomplete = (): AwsError => new AwsError("IncompleteBody", "The request body terminated unexpectedly");

/** Does the body come in `aws-chunked`? The SDKs send it with a checksum behind the content. */
const isChunked = (request: WireRequest): boolean =>
  (header(request, "x-amz-content-sha256") ?? "").startsWith("STREAMING-") || (header(request, "content-encoding") ?? "").split(",").some((coding) => coding.trim() === "aws-chunked");

/** Length in hex, `;chunk-signature=…` where chunks are signed. */
const CHUNK_HEAD = /^([0-9a-f]+)(?:;[^\r\n]*)?$/i;

/**
 * A body's content: as it is, or out of `aws-chunked`. S3 API reference, "Signature calculations for the authorization
 * header: transferring payload in multiple chunks" and "… with trailing headers". Throws IncompleteBody.
 */
export function contentOf(request: WireRequest): Content {
  if (!isChunked(request)) return { bytes: request.body, trailers: {} };
  const body = Buffer.from(request.body);
  const chunks: Buffer[] = [];
  let at = 0;
  const line = (): string => {
    const end = body.indexOf("\r\n", at);
    if (end < 0) throw incomplete();
    const text = body.toString("latin1", at, end);
    at = end + 2;
    return text;
  };
  for (;;) {
    const size = CHUNK_HEAD.exec(line())?.[1];
    if (size === undefined) throw incomplete();
    const length = parseInt(size, 16);
    if (length === 0) break;
    if (at + length + 2 > body.length) throw incomplete();
    chunks.push(body.subarray(at, at + length));
    at += length;
    if (line() !== "") throw incomplete();
  }
  const bytes = Buffer.concat(chunks);
  const decoded = header(request, "x-amz-decoded-content-length");
  if (decoded !== undefined && Number(decoded) !== bytes.length) throw incomplete();
  return { bytes: new Uint8Array(bytes), trailers: trailersIn(body.toString("latin1", at)) };
}

function trailersIn(text: string): Readonly<Record<string, string>> {
  const lines = text.split(/\r?\n/).filter((one) => one.includes(":"));
  return Object.fromEntries(lines.map((one) => [one.slice(0, one.indexOf(":")).trim().toLowerCase(), one.slice(one.indexOf(":") + 1).trim()]));
}
