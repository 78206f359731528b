/** What ACM refuses in a request for a certificate. The source is the ACM API reference, "RequestCertificate", unless named. */
import { isHostname, MAX_CERTIFICATE_NAME } from "./names";
import type { Violation } from "./route53";

/** The arguments of aws.acm.Certificate that a request uses, as plain values. */
export interface CertificateInputs {
  readonly domainName?: string | undefined;
  readonly subjectAlternativeNames?: readonly string[] | undefined;
  readonly validationMethod?: string | undefined;
  readonly keyAlgorithm?: string | undefined;
}

/** "Quotas" of the ACM user guide: the default number of names in a certificate, its own included. */
export const MAX_NAMES = 10;
const KEY_ALGORITHMS = ["RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"];

const bad = (code: string, property: keyof CertificateInputs, message: string): Violation => ({ code, property, message });

/** The names of a certificate, each once: its own first, then the alternatives in the program's order. */
export const certificateNames = ({ domainName, subjectAlternativeNames = [] }: CertificateInputs): readonly string[] => [
  ...new Set([...(domainName === undefined ? [] : [domainName]), ...subjectAlternativeNames].map((name) => name.toLowerCase())),
];

/** A wildcard and its base share one validation record. ACM user guide, "AWS Certificate Manager DNS validation". */
export const validatedDomain = (name: string): string => (name.startsWith("*.") ? name.slice(2) : name);

/** Everything that is wrong with a certificate's arguments. */
export function certificateViolations(inputs: CertificateInputs): readonly Violation[] {
  const { domainName, validationMethod: method, keyAlgorithm: algorithm } = inputs;
  if (domainName === undefined) return [bad("acm.domain", "domainName", "got none; the twin models requested certificates, not imported ones")];
  const found: Violation[] = [];
  if (domainName.length > MAX_CERTIFICATE_NAME) {
    found.push(bad("acm.domain", "domainName", `got ${domainName.length} characters; allowed at most ${MAX_CERTIFICATE_NAME} (longer names as subjectAlternativeNames)`));
  }
  const names = certificateNames(inputs);
  for (const name of names.filter((candidate) => !isHostname(validatedDomain(candidate)))) {
    const property = name === domainName.toLowerCase() ? "domainName" : "subjectAlternativeNames";
    found.push(bad("acm.domain", property, `got ${name}; allowed: a host name of at least two labels, a wildcard as the first label only`));
  }
  if (names.length > MAX_NAMES) found.push(bad("acm.names", "subjectAlternativeNames", `got ${names.length} names; allowed ${MAX_NAMES} (default quota)`));
  if (method !== "DNS") found.push(bad("acm.validation-method", "validationMethod", `got ${method ?? "none"}; the twin models DNS only (e-mail needs a human at each renewal)`));
  if (algorithm !== undefined && !KEY_ALGORITHMS.includes(algorithm)) {
    found.push(bad("acm.key-algorithm", "keyAlgorithm", `got ${algorithm}; allowed: ${KEY_ALGORITHMS.join(", ")}`));
  }
  return found;
}
