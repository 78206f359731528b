import { createHash, createHmac, type BinaryLike } from "node:crypto";
import { SignatureV4a } from "@smithy/signature-v4a";
import { instant } from "../lambda/shared/clock";
import type { Request } from "./transport";
import type { Credentials } from "./types";

/** Signs a request as of an instant (epoch ms). */
export type Signer = (request: Request, credentials: Credentials, now: number) => Promise<Request>;

const bytes = (data: unknown): BinaryLike => (ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : String(data));

/** The hash that the signers ask for: SHA-256, or HMAC-SHA256 with a secret. */
class Sha256 {
  private readonly hash;
  constructor(secret?: unknown) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", bytes(secret));
  }
  update(data: unknown): void {
    this.hash.update(bytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.hash.digest());
  }
  reset(): void {
    // The signers make a new one for every use.
  }
}

const SERVICE = "execute-api";

/** Decoded names and values, as the signers want them. */
function queryOf(query: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) (found[name] ??= []).push(value);
  return found;
}

interface SigningRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Record<string, string[]>;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

async function signed(request: Request, sign: (toSign: SigningRequest) => Promise<{ readonly headers: Record<string, string> }>): Promise<Request> {
  const { method, hostname, target, headers, body } = request;
  const [path = "/", ...query] = target.split("?");
  const all = { host: hostname, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
  const toSign = { method, protocol: "https:", hostname, path, query: queryOf(query.join("?")), headers: all, ...(body === undefined ? {} : { body }) };
  return { ...request, headers: (await sign(toSign)).headers };
}

/**
 * SigV4A for a set of regions: one signature that each of them takes, so that it survives a failover. All headers of the
 * request are signed, `Idempotency-Key` among them. "AWS Signature Version 4 for API requests" (IAM user guide).
 */
export const sigV4aSigner = (regions: readonly string[]): Signer => (request, credentials, now) =>
  signed(request, (toSign) =>
    new SignatureV4a({ service: SERVICE, region: regions.join(","), credentials, sha256: Sha256 }).sign(toSign, { signingDate: instant(now) }) as Promise<SigningRequest>, // the signer's type says any
  );
