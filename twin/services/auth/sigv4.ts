import { createHmac, timingSafeEqual } from "node:crypto";

const hmac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();

/** "Create a signed AWS API request" (IAM user guide), steps 4 and 5. `scope`: date/region/service/aws4_request. */
export const sigV4Signature = (secretAccessKey: string, scope: string, stringToSign: string): string =>
  hmac(scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`) as Buffer, stringToSign).toString("hex"); // a scope has parts, so a Buffer came out

export function sigV4Matches(secretAccessKey: string, scope: string, stringToSign: string, signature: string): boolean {
  const [expected, given] = [sigV4Signature(secretAccessKey, scope, stringToSign), signature].map((text) => Buffer.from(text, "utf8"));
  return expected !== undefined && given !== undefined && expected.length === given.length && timingSafeEqual(expected, given);
}
