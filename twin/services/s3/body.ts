import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { AwsError } from "../../errors";
import { LazyText, type Text } from "../../lazy-text";
import { notImplemented } from "./errors";

/** The body of an answer as the SDK gives it: a stream that can be read as a whole, once. */
export class ObjectBody extends Readable {
  private taken = false;

  /** @param bytes what the stream gives, for doors that need no stream */
  constructor(readonly bytes: Uint8Array) {
    super();
  }

  override _read(): void {
    if (this.bytes.length > 0) this.push(this.bytes);
    this.push(null);
  }

  async transformToByteArray(): Promise<Uint8Array> {
    if (this.taken) throw new Error("The stream has already been transformed.");
    this.taken = true;
    return Uint8Array.from(this.bytes);
  }

  async transformToString(encoding: BufferEncoding = "utf8"): Promise<string> {
    return Buffer.from(await this.transformToByteArray()).toString(encoding);
  }

  transformToWebStream(): ReturnType<typeof Readable.toWeb> {
    this.taken = true;
    return Readable.toWeb(this);
  }
}

const encoder = new TextEncoder();

const bytesOf = (given: string | Uint8Array): Uint8Array => (typeof given === "string" ? encoder.encode(given) : given);

/** Half a character: UTF-8 has none, so it comes back as another one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** What an object holds, as it was given: bytes are made of text, and text of bytes, when somebody asks. */
export class Content {
  private encoded: Uint8Array | undefined;
  private decoded: string | undefined;

  constructor(private source: Text | Uint8Array) {}

  private get given(): string | Uint8Array {
    if (this.source instanceof LazyText) this.source = this.source.text;
    return this.source;
  }

  get bytes(): Uint8Array {
    return (this.encoded ??= bytesOf(this.given));
  }

  /** The bytes as UTF-8. */
  get text(): string {
    const { given } = this;
    return (this.decoded ??= typeof given === "string" && !LONE_SURROGATE.test(given) ? given : Buffer.from(this.bytes).toString("utf8"));
  }

  /** Number of bytes. */
  get size(): number {
    const { given } = this;
    return typeof given === "string" ? Buffer.byteLength(given) : given.length;
  }

  /** Hexadecimal. */
  get md5(): string {
    return createHash("md5").update(this.given).digest("hex");
  }
}

export const EMPTY = new Content("");

/** A body that was given whole: text or bytes. Throws NotImplemented for a stream, which this twin does not read. */
export function contentOf(body: unknown): Content {
  if (body === undefined) return EMPTY;
  if (typeof body === "string" || body instanceof LazyText) return new Content(body);
  if (body instanceof Uint8Array) return new Content(Uint8Array.from(body));
  throw notImplemented("a body that is a stream (give text or bytes)");
}

/** Checksums that the twin computes; others are stored as given. "Checking object integrity in Amazon S3". */
const DIGESTS = {
  ContentMD5: (bytes: Uint8Array) => createHash("md5").update(bytes).digest("base64"),
  ChecksumCRC32: (bytes: Uint8Array) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(bytes));
    return sum.toString("base64");
  },
  ChecksumSHA1: (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("base64"),
  ChecksumSHA256: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64"),
} as const;

const DIGEST_NAMES = Object.keys(DIGESTS) as readonly (keyof typeof DIGESTS)[]; // its own keys

export const CHECKSUMS = ["ChecksumCRC32", "ChecksumCRC32C", "ChecksumCRC64NVME", "ChecksumSHA1", "ChecksumSHA256"] as const;
export type Checksums = Partial<Record<(typeof CHECKSUMS)[number], string | undefined>>;

type Given = Checksums & { readonly ContentMD5?: string | undefined };

/** The usual case, told apart by fixed names: no checksum came with the body. */
const hasSums = ({ ContentMD5, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 }: Given): boolean =>
  (ContentMD5 ?? ChecksumCRC32 ?? ChecksumCRC32C ?? ChecksumCRC64NVME ?? ChecksumSHA1 ?? ChecksumSHA256) !== undefined;

const NONE: Checksums = {};

/** The checksums that came with a body. Throws BadDigest where one does not fit. */
export function checkedSums(content: Content, given: Given): Checksums {
  if (!hasSums(given)) return NONE;
  for (const name of DIGEST_NAMES) {
    const claimed = given[name];
    if (claimed !== undefined && claimed !== DIGESTS[name](content.bytes)) {
      throw new AwsError("BadDigest", `The ${name} you specified did not match the calculated checksum.`, 400);
    }
  }
  const kept: Checksums = {};
  for (const name of CHECKSUMS) if (given[name] !== undefined) kept[name] = given[name];
  return kept;
}
