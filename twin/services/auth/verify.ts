import { isoTime } from "../../../lambda/shared/clock";
import type { HttpRequest } from "../../network";
import type { KnownCredentials } from "./credentials";
import { ALGORITHMS, canonicalRequest, parseAuthorization, stringToSign, type SignedRequest } from "./signed-request";
import { sigV4Matches } from "./sigv4";
import { coversRegion, type SigV4aVerifier } from "./sigv4a";

/** Why a signature is refused, by AWS's names. "Common Errors" (any service's API reference). */
export type SignatureFault =
  | "MissingAuthenticationToken"
  | "UnsupportedScheme"
  | "IncompleteSignature"
  | "SignatureDoesNotMatch"
  | "UnrecognizedClient"
  | "ExpiredToken";

export type Verdict =
  | { readonly valid: true; readonly credentials: KnownCredentials }
  | { readonly valid: false; readonly fault: SignatureFault; readonly message: string };

/** What a request is verified against. */
export interface Verifier {
  /** The region that the request has arrived in. */
  readonly region: string;
  /** The signing name, e.g. `execute-api`. */
  readonly service: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly find: (accessKeyId: string) => KnownCredentials | undefined;
  readonly sigv4a: SigV4aVerifier;
}

/** "Elements of an AWS API request signature" (IAM user guide): a request is good for five minutes around its date. */
const MAX_SKEW_MS = 5 * 60_000;

/** Regions that need no opt-in. "AWS Regions" (AWS Regions and Availability Zones user guide). */
const ENABLED_BY_DEFAULT: readonly string[] = [
  "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
  "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1",
];

const INVALID_TOKEN = "The security token included in the request is invalid.";
const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/** A refusal, thrown between the steps below and caught in {@link verifySignature}. */
class Refused extends Error {
  constructor(
    readonly fault: SignatureFault,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Verifies a request's SigV4 or SigV4A signature in the Authorization header. Pure but for the verifier's kept keys.
 * Messages are AWS's: "Troubleshoot Signature Version 4 signing for AWS API requests" (IAM user guide).
 */
export function verifySignature(request: HttpRequest, verifier: Verifier): Verdict {
  try {
    return { valid: true, credentials: verified(request, verifier) };
  } catch (error) {
    if (error instanceof Refused) return { valid: false, fault: error.fault, message: error.message };
    throw error;
  }
}

function verified(request: HttpRequest, verifier: Verifier): KnownCredentials {
  const signed = signatureOf(request);
  checkHeaders(request, signed);
  const longDate = dateOf(request, verifier.now);
  checkScope(request, signed, longDate, verifier);
  const credentials = credentialsOf(request, signed, verifier);
  const text = stringToSign(signed.algorithm, longDate, signed.scope, canonicalRequest(request, signed.signedHeaders));
  const matches =
    signed.algorithm === ALGORITHMS.sigv4
      ? sigV4Matches(credentials.secretAccessKey, signed.scope, text, signed.signature)
      : verifier.sigv4a.matches(credentials, text, signed.signature);
  if (!matches) throw new Refused("SignatureDoesNotMatch", MISMATCH);
  return credentials;
}

const headerOf = ({ headers }: HttpRequest, name: string): string | undefined => headers[name]?.[0];

function signatureOf(request: HttpRequest): SignedRequest {
  const given = headerOf(request, "authorization");
  if (given === undefined || given.trim() === "") {
    if (!/[?&]X-Amz-(Algorithm|Signature)=/i.test(request.target)) throw new Refused("MissingAuthenticationToken", "Missing Authentication Token");
    throw new Refused("IncompleteSignature", "Presigned requests (X-Amz-Signature in the query string) are not in this twin: sign with the Authorization header");
  }
  const signed = parseAuthorization(given);
  if ("malformed" in signed) throw new Refused(signed.foreign ? "UnsupportedScheme" : "IncompleteSignature", signed.malformed);
  return signed;
}

/** "Create a signed AWS API request": host and every x-amz-* header that is sent must be signed. */
function checkHeaders({ headers }: HttpRequest, { signedHeaders, algorithm }: SignedRequest): void {
  const names = new Set(signedHeaders);
  if (!names.has("host")) throw new Refused("SignatureDoesNotMatch", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  const needed = ["x-amz-date", ...(algorithm === ALGORITHMS.sigv4a ? ["x-amz-region-set"] : [])];
  const absent = needed.find((name) => headers[name] === undefined);
  if (absent !== undefined) throw new Refused("IncompleteSignature", `Authorization header requires existence of the '${absent}' header.`);
  const unsigned = Object.keys(headers).find((name) => name.startsWith("x-amz-") && !names.has(name));
  if (unsigned !== undefined) throw new Refused("SignatureDoesNotMatch", `'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
}

const compact = (epochMs: number): string => isoTime(epochMs).replace(/\.\d+/, "").replace(/[-:]/g, "");

function dateOf(request: HttpRequest, now: number): string {
  const given = headerOf(request, "x-amz-date") ?? "";
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(given)?.slice(1).map(Number);
  if (!parts) throw new Refused("IncompleteSignature", `Date must be in ISO-8601 'basic format'. Got '${given}'. See https://en.wikipedia.org/wiki/ISO_8601`);
  const [year = 0, month = 1, day = 1, hours = 0, minutes = 0, seconds = 0] = parts;
  const at = Date.UTC(year, month - 1, day, hours, minutes, seconds);
  // The date has whole seconds.
  const skew = Math.floor(now / 1000) * 1000 - at;
  if (skew > MAX_SKEW_MS) throw new Refused("SignatureDoesNotMatch", `Signature expired: ${given} is now earlier than ${compact(now - MAX_SKEW_MS)} (${compact(now)} - 5 min.)`);
  if (skew < -MAX_SKEW_MS) throw new Refused("SignatureDoesNotMatch", `Signature not yet current: ${given} is still later than ${compact(now + MAX_SKEW_MS)} (${compact(now)} + 5 min.)`);
  return given;
}

function checkScope(request: HttpRequest, { algorithm, scope }: SignedRequest, longDate: string, { region, service }: Verifier): void {
  const parts = scope.split("/");
  const regional = algorithm === ALGORITHMS.sigv4;
  if (parts.length !== (regional ? 4 : 3)) throw new Refused("IncompleteSignature", `Credential must have exactly ${regional ? 5 : 4} slash-delimited elements, e.g. keyid/date/${regional ? "region/" : ""}service/term.`);
  const [date, signedRegion] = parts;
  const [signedService, term] = parts.slice(regional ? 2 : 1);
  if (regional && signedRegion !== region) throw new Refused("SignatureDoesNotMatch", `Credential should be scoped to a valid region, not '${signedRegion ?? ""}'.`);
  if (signedService !== service) throw new Refused("SignatureDoesNotMatch", `Credential should be scoped to correct service: '${service}'.`);
  if (term !== "aws4_request") throw new Refused("SignatureDoesNotMatch", `Credential should be scoped with a valid terminator: 'aws4_request', not '${term ?? ""}'.`);
  if (date !== longDate.slice(0, 8)) throw new Refused("SignatureDoesNotMatch", `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date ?? ""}' != '${longDate.slice(0, 8)}', from '${longDate}'.`);
  if (regional) return;
  const regionSet = headerOf(request, "x-amz-region-set") ?? "";
  if (!coversRegion(regionSet, region)) throw new Refused("SignatureDoesNotMatch", `Credential should be scoped to a valid region: the region set '${regionSet}' does not cover '${region}'.`);
}

function credentialsOf(request: HttpRequest, { accessKeyId, algorithm }: SignedRequest, { find, now, region }: Verifier): KnownCredentials {
  const known = find(accessKeyId);
  const token = headerOf(request, "x-amz-security-token");
  if (!known || known.sessionToken !== token) throw new Refused("UnrecognizedClient", INVALID_TOKEN);
  if (!known.session) return known;
  if (known.session.expiresAt <= now) throw new Refused("ExpiredToken", "The security token included in the request is expired");
  if (known.session.stsEndpoint !== "global") return known;
  // "Manage AWS STS in an AWS Region" (IAM user guide): the global endpoint's tokens are good where no opt-in is needed;
  // SigV4A needs tokens that are good everywhere, those of a regional endpoint ("Using Multi-Region Access Points with
  // supported API operations", S3 user guide).
  if (algorithm === ALGORITHMS.sigv4a || !ENABLED_BY_DEFAULT.includes(region)) throw new Refused("UnrecognizedClient", INVALID_TOKEN);
  return known;
}
