import { isHostname } from "./names";

/** What AWS would refuse, in one property. */
export interface Violation {
  readonly code: string;
  readonly property?: string;
  readonly message: string;
}

/**
 * Default quota of an account in a region: requests per second, and the size of the token bucket (not adjustable).
 * API Gateway developer guide, "Amazon API Gateway quotas".
 */
export const ACCOUNT_THROTTLE = { ratePerSecond: 10_000, burst: 5_000 } as const;

/** Bytes of a request's body: 10 MB, not adjustable. "Quotas for configuring and running a REST API in API Gateway". */
export const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** Bytes of all header values together. "Quotas for configuring and running a REST API in API Gateway". */
export const MAX_HEADER_BYTES = 10_240;

/** An integration's time limit in ms; more than 29 s needs a raised quota. "Quotas for configuring and running a REST API in API Gateway". */
export const INTEGRATION_TIMEOUT_MS = { min: 50, max: 29_000 } as const;

/** Paths of the root level that answer the service's own health check. "Amazon API Gateway important notes". */
export const RESERVED_PATHS: readonly string[] = ["/ping", "/sping"];

const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** "Amazon API Gateway important notes": letters, digits, hyphens, underscores, at most 128. */
export const stageNameViolations = (name: unknown): readonly Violation[] =>
  typeof name === "string" && /^[A-Za-z0-9_-]{1,128}$/.test(name)
    ? []
    : [{ code: "apigateway.stage-name", property: "stageName", message: `got ${show(name)}; allowed 1..128 letters, digits, - and _` }];

/**
 * The endpoint's type. The default is EDGE, a CloudFront distribution that is controlled from us-east-1: nothing that a
 * failover may depend on. "API endpoint types for REST APIs in API Gateway".
 */
export function endpointViolations(configuration: { readonly types?: unknown } | undefined): readonly Violation[] {
  const property = "endpointConfiguration.types";
  const types = configuration?.types ?? "EDGE";
  if (types === "REGIONAL") return [];
  const what = typeof types !== "string" ? `${show(types)}, which is no string` : configuration?.types === undefined ? "nothing, which means EDGE" : types;
  return [{ code: "apigateway.endpoint-type", property, message: `got ${what}; allowed "REGIONAL": endpointConfiguration: {types: "REGIONAL"}` }];
}

const LEGACY_POLICIES = ["TLS_1_0", "TLS_1_2"];
const ENHANCED_POLICY = /^SecurityPolicy_TLS1[23]_[A-Za-z0-9_]+$/;

interface SecurityArgs {
  readonly securityPolicy?: unknown;
  readonly endpointAccessMode?: unknown;
  readonly mutualTlsAuthentication?: unknown;
}

/** "Choose a security policy for your custom domain in API Gateway". */
export function securityPolicyViolations({ securityPolicy, endpointAccessMode, mutualTlsAuthentication }: SecurityArgs): readonly Violation[] {
  if (securityPolicy === undefined || LEGACY_POLICIES.some((policy) => policy === securityPolicy)) return [];
  const property = "securityPolicy";
  if (typeof securityPolicy !== "string" || !ENHANCED_POLICY.test(securityPolicy)) {
    const allowed = `${LEGACY_POLICIES.join(", ")}, or an enhanced one such as SecurityPolicy_TLS13_1_2_2021_06`;
    return [{ code: "apigateway.security-policy", property, message: `got ${show(securityPolicy)}; allowed ${allowed}` }];
  }
  const found: Violation[] = [];
  if (endpointAccessMode === undefined) {
    found.push({ code: "apigateway.endpoint-access-mode", property: "endpointAccessMode", message: `missing; ${securityPolicy} needs BASIC or STRICT` });
  }
  if (mutualTlsAuthentication !== undefined) {
    found.push({ code: "apigateway.mutual-tls", property: "mutualTlsAuthentication", message: `not with the enhanced policy ${securityPolicy}; use TLS_1_2` });
  }
  return found;
}

/** Does a security policy still accept TLS 1.2, the newest that Route 53's health checkers speak? */
export const offersTls12 = (securityPolicy: string | undefined): boolean => !(securityPolicy ?? "").startsWith("SecurityPolicy_TLS13_1_3");

interface DomainArgs extends SecurityArgs {
  readonly domainName: unknown;
  readonly regionalCertificateArn?: unknown;
  readonly certificateArn?: unknown;
  readonly endpointConfiguration?: { readonly types?: unknown } | undefined;
}

/** "Custom domain name for public REST APIs in API Gateway", "Set up a Regional custom domain name in API Gateway". */
export function domainViolations(args: DomainArgs, region: string): readonly Violation[] {
  const { domainName, regionalCertificateArn, certificateArn, endpointConfiguration } = args;
  const found: Violation[] = [...endpointViolations(endpointConfiguration), ...securityPolicyViolations(args)];
  if (typeof domainName !== "string" || !isHostname(domainName.replace(/^\*\./, ""))) {
    found.push({ code: "apigateway.domain-name", property: "domainName", message: `got ${show(domainName)}; allowed a host name in lower case without a final dot, e.g. api.example.com` });
  }
  if (certificateArn !== undefined) {
    found.push({ code: "apigateway.edge-certificate", property: "certificateArn", message: "is for EDGE endpoints; a REGIONAL one takes regionalCertificateArn" });
  }
  const property = "regionalCertificateArn";
  if (typeof regionalCertificateArn !== "string" || regionalCertificateArn === "") {
    found.push({ code: "apigateway.certificate", property, message: "missing; give the certificateArn of an acm.CertificateValidation of the same region" });
  } else if (!regionalCertificateArn.startsWith(`arn:aws:acm:${region}:`)) {
    found.push({ code: "apigateway.certificate-region", property, message: `got ${regionalCertificateArn}; allowed an ACM certificate of ${region}, the domain's own region` });
  }
  return found;
}

/** "Use API mappings to connect API stages to a custom domain name for REST APIs". */
export const basePathViolations = (basePath: unknown): readonly Violation[] =>
  basePath === undefined || basePath === "" || (typeof basePath === "string" && /^[A-Za-z0-9$\-_.+!*'()]+$/.test(basePath))
    ? []
    : [{ code: "apigateway.base-path", property: "basePath", message: `got ${show(basePath)}; allowed one path segment of letters, digits and $-_.+!*'(); omit it for the root` }];

const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY|\*)$/;

/** A method setting's path: `*` + `/*` for the whole stage, or the resource's path without its first slash and the method. */
export function methodPathViolations(methodPath: unknown): readonly Violation[] {
  const text = typeof methodPath === "string" ? methodPath : "";
  const cut = text.lastIndexOf("/");
  const [path, method] = [text.slice(0, cut), text.slice(cut + 1)];
  const whole = text === "*/*";
  if (whole || (cut > 0 && !path.startsWith("/") && path !== "*" && method !== "*" && METHOD.test(method))) return [];
  const allowed = "*/* for the whole stage, or path/METHOD without the first slash, e.g. payments/POST (the root's path is ~1)";
  return [{ code: "apigateway.method-path", property: "methodPath", message: `got ${show(methodPath)}; allowed ${allowed}` }];
}

interface ThrottleArgs {
  readonly throttlingRateLimit?: unknown;
  readonly throttlingBurstLimit?: unknown;
  readonly loggingLevel?: unknown;
}

/** "Throttle requests to your REST APIs for better throughput in API Gateway": method limits cannot exceed the account's. */
export function methodSettingsViolations(settings: ThrottleArgs): readonly Violation[] {
  const { throttlingRateLimit, throttlingBurstLimit, loggingLevel } = settings;
  const level: readonly Violation[] =
    loggingLevel === undefined || ["OFF", "ERROR", "INFO"].some((allowed) => allowed === loggingLevel)
      ? []
      : [{ code: "apigateway.logging-level", property: "settings.loggingLevel", message: `got ${show(loggingLevel)}; allowed OFF, ERROR, INFO` }];
  return [
    ...limitViolations("settings.throttlingRateLimit", throttlingRateLimit, ACCOUNT_THROTTLE.ratePerSecond, "requests per second", false),
    ...limitViolations("settings.throttlingBurstLimit", throttlingBurstLimit, ACCOUNT_THROTTLE.burst, "requests", true),
    ...level,
  ];
}

function limitViolations(property: string, given: unknown, quota: number, unit: string, whole: boolean): readonly Violation[] {
  if (given === undefined || given === -1) return [];
  if (typeof given !== "number" || !(given >= 0) || (whole && !Number.isInteger(given))) {
    return [{ code: "apigateway.throttle", property, message: `got ${show(given)}; allowed 0..${quota} (${unit}), -1 for no limit of its own` }];
  }
  if (given <= quota) return [];
  return [{ code: "apigateway.throttle-above-quota", property, message: `got ${given}; allowed at most ${quota} (${unit}), the account's default quota, which applies first` }];
}
