import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { HttpRequest } from "../../../twin/network";
import type { AccessCredentials } from "../../../twin/services/auth/credentials";

export interface Sketch {
  readonly method: string;
  readonly host: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request as a front door sees it. */
export const toHttp = ({ method, host, target, headers, body }: Sketch): HttpRequest => ({
  method,
  host,
  target,
  headers: { host: [host], ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]])) },
  body: Buffer.from(body),
  sourceIp: "198.51.100.1",
});

class Sha256 {
  private readonly hash;
  constructor(secret?: unknown) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array | string); // what the signer keeps
  }
  update(data: Uint8Array | string): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.hash.digest());
  }
  reset(): void {
    // One use each.
  }
}

/** Signs as the AWS SDK does. */
export async function signV4(sketch: Sketch, credentials: AccessCredentials, region: string, now: number): Promise<HttpRequest> {
  const { method, host, target, headers, body } = sketch;
  const [path = "/", query = ""] = target.split("?");
  const signer = new SignatureV4({ service: "execute-api", region, credentials, sha256: Sha256 as never });
  const pairs: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) (pairs[name] ??= []).push(value);
  const signed = await signer.sign({ method, protocol: "https:", hostname: host, path, query: pairs, headers: { host, ...headers }, body }, { signingDate: new Date(now) });
  return toHttp({ ...sketch, headers: signed.headers });
}
