import { createECDH, createHmac, createPublicKey, verify, type KeyObject } from "node:crypto";
import { ALGORITHMS } from "./signed-request";

/** The order of P-256 minus 2 (FIPS 186-4, D.1.2.3): a candidate above it is drawn again. */
const N_MINUS_2 = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f", "hex");
const MAX_TRIALS = 254;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/**
 * The private scalar that SigV4A derives from a secret key: NIST SP 800-108 in counter mode with HMAC-SHA256, and FIPS
 * 186-4, B.4.2 to bring it into range. "AWS Signature Version 4 for API requests" (IAM user guide), SigV4a.
 */
export function derivePrivateKey(accessKeyId: string, secretAccessKey: string): Buffer {
  for (let counter = 1; counter <= MAX_TRIALS; counter += 1) {
    const fixed = Buffer.concat([uint32(1), Buffer.from(`${ALGORITHMS.sigv4a}\0${accessKeyId}`), Buffer.from([counter]), uint32(256)]);
    const candidate = createHmac("sha256", `AWS4A${secretAccessKey}`).update(fixed).digest();
    if (candidate.compare(N_MINUS_2) <= 0) return Buffer.from((BigInt(`0x${candidate.toString("hex")}`) + 1n).toString(16).padStart(64, "0"), "hex");
  }
  throw new Error(`no signing key for ${accessKeyId} after ${MAX_TRIALS} trials`);
}

function publicKeyOf(privateKey: Buffer): KeyObject {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(privateKey);
  const point = ecdh.getPublicKey();
  return createPublicKey({
    format: "jwk",
    key: { kty: "EC", crv: "P-256", x: point.subarray(1, 33).toString("base64url"), y: point.subarray(33).toString("base64url") },
  });
}

/** Verifies SigV4A signatures; the public keys of access keys are kept, deriving one costs more than a verification. */
export class SigV4aVerifier {
  private readonly keys = new Map<string, KeyObject>();

  /** @param signature hexadecimal DER */
  matches({ accessKeyId, secretAccessKey }: { readonly accessKeyId: string; readonly secretAccessKey: string }, stringToSign: string, signature: string): boolean {
    if (!/^([0-9a-f]{2})+$/i.test(signature)) return false;
    let key = this.keys.get(accessKeyId);
    if (!key) {
      key = publicKeyOf(derivePrivateKey(accessKeyId, secretAccessKey));
      this.keys.set(accessKeyId, key);
    }
    return verify("sha256", Buffer.from(stringToSign), key, Buffer.from(signature, "hex"));
  }
}

/** Does a region set (X-Amz-Region-Set) cover a region? A list by commas; `*` stands for any characters. */
export const coversRegion = (regionSet: string, region: string): boolean =>
  regionSet.split(",").some((entry) => {
    const pattern = entry.trim().replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${pattern}$`).test(region);
  });
