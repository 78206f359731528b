/** Health checks that deploy and can never say what they are there to say. */
import { offersTls12 } from "./apigateway";
import { isObject, members } from "./apigateway-document";
import { normalise } from "./dns-names";
import { allOf, fields, list, object, referred, text, TYPES, type Declared, type Stack, type StackObjection, type StackRule } from "./stack";

const sameName = (resource: Declared, property: string, name: string): boolean => normalise(text(resource.values[property]) ?? "") === normalise(name);

/** "Values that you specify when you create or update health checks", Domain name: results are unpredictable. */
export const checkedFailoverNames: StackRule = (stack) => {
  const routed = new Set(
    allOf(stack, TYPES.record)
      .filter(({ values, references }) => values["healthCheckId"] !== undefined || references["healthCheckId"] !== undefined || list(values["failoverRoutingPolicies"]).length > 0)
      .map(({ values }) => normalise(String(values["name"]))),
  );
  return allOf(stack, TYPES.check).flatMap((check) => {
    const fqdn = text(check.values["fqdn"]);
    if (fqdn === undefined || !routed.has(normalise(fqdn))) return [];
    return [object(check, "route53.check-on-failover-name", "fqdn", `${fqdn} is itself a record that health checks steer; check each region's own host name`)];
  });
};

/**
 * Checkers speak TLS 1.0 to 1.2 and present no certificate. "HealthCheckConfig" (Type), and the API Gateway developer
 * guide, "Supported security policies" and "How to turn on mutual TLS authentication for your REST APIs".
 */
export const unreachableByTls: StackRule = (stack) => {
  const checks = allOf(stack, TYPES.check).filter(({ values }) => text(values["type"])?.startsWith("HTTPS"));
  return allOf(stack, TYPES.domain).flatMap((domain) => {
    const name = text(domain.values["domainName"]);
    if (name === undefined || !checks.some((check) => sameName(check, "fqdn", name))) return [];
    const policy = text(domain.values["securityPolicy"]);
    const found: StackObjection[] = [];
    if (policy !== undefined && !offersTls12(policy)) {
      found.push(object(domain, "route53.health-tls", "securityPolicy", `got ${policy}, TLS 1.3 only; Route 53's checkers speak at most TLS 1.2 and would find ${name} ill for ever: use TLS_1_2`));
    }
    if (domain.values["mutualTlsAuthentication"] !== undefined) {
      found.push(object(domain, "route53.health-tls", "mutualTlsAuthentication", `Route 53's checkers present no certificate and would find ${name} ill for ever`));
    }
    return found;
  });
};

/** Calculated checks have children that are not calculated. "HealthCheckConfig" (ChildHealthChecks). */
export const nestedChecks: StackRule = (stack) => {
  const calculated = new Map(allOf(stack, TYPES.check).filter(({ values }) => values["type"] === "CALCULATED").map((check) => [check.urn, check]));
  return [...calculated.values()].flatMap((check) => {
    const children = list(check.values["childHealthchecks"]);
    const isChild = ({ urn, values }: Declared): boolean => (check.references["childHealthchecks"] ?? []).includes(urn) || (values["id"] !== undefined && children.includes(values["id"]));
    return [...calculated.values()]
      .filter(isChild)
      .map(({ name }) => object(check, "route53.health-nested", "childHealthchecks", `${name} is a calculated check; its children must be listed here themselves`));
  });
};

/**
 * The checker asks `GET https://<fqdn><resourcePath>` without a signature. The host must lead to an API of the stack
 * that has such a method, open to everyone; names outside the stack's zones are somebody else's.
 */
export const checkedRoutes: StackRule = (stack) =>
  allOf(stack, TYPES.check).flatMap((check) => {
    const host = text(check.values["fqdn"]);
    const path = (text(check.values["resourcePath"]) ?? "/").split("?")[0] ?? "/";
    if (host === undefined) return [];
    const domains = allOf(stack, TYPES.domain).filter((domain) => sameName(domain, "domainName", host));
    return domains.length === 0 ? unknownHost(stack, check, host) : domains.flatMap((domain) => routeProblems(stack, check, domain, path));
  });

function unknownHost(stack: Stack, check: Declared, host: string): readonly StackObjection[] {
  const name = normalise(host);
  const zone = allOf(stack, TYPES.zone).find(({ values }) => name.endsWith(`.${normalise(text(values["name"]) ?? "?")}`));
  if (!zone || allOf(stack, TYPES.record).some((record) => sameName(record, "name", host) || text(record.values["name"])?.startsWith("*"))) return [];
  return [object(check, "route53.health-host", "fqdn", `${host} is in the stack's zone ${String(zone.values["name"])} and no record answers it; check a region's own host name`)];
}

function routeProblems(stack: Stack, check: Declared, domain: Declared, path: string): readonly StackObjection[] {
  const mappings = allOf(stack, TYPES.mapping).filter((mapping) => referred(stack, mapping, "domainName", TYPES.domain, "domainName").includes(domain));
  // A mapping with a base path takes its first segment away; only the root's is judged.
  const roots = mappings.filter(({ values }) => values["basePath"] === undefined || values["basePath"] === "");
  if (mappings.length === 0) return [object(check, "route53.health-route", "fqdn", `${String(domain.values["domainName"])} leads to no API: it has no base path mapping, so the answer is 403 for ever`)];
  return roots
    .flatMap((mapping) => referred(stack, mapping, "restApi", TYPES.api, "id"))
    .flatMap((api) => {
      const problem = problemOf(text(api.values["body"]), path);
      return problem === undefined ? [] : [object(check, "route53.health-route", "resourcePath", `GET ${path}: ${problem} of ${api.name}; ill for ever`)];
    });
}

/** Undefined = it can answer, or the document is not known yet. */
function problemOf(body: string | undefined, path: string): string | undefined {
  const document = parse(body);
  if (document === undefined) return undefined;
  const item = members(document["paths"]).find(([template]) => matches(template, path))?.[1];
  if (item === undefined) return `no such path in the document; it has ${Object.keys(fields(document["paths"])).join(", ")}; none is right`;
  const operation = fields(item)["get"] ?? fields(item)["x-amazon-apigateway-any-method"];
  if (operation === undefined) return `only ${Object.keys(fields(item)).join(", ")} there, and checkers send GET: a route that cannot answer`;
  return list(fields(operation)["security"]).length > 0 ? "needs a signature or key, which checkers have not: a closed route" : undefined;
}

function parse(body: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const document: unknown = JSON.parse(body ?? "");
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}

/** A path of an API's document: `{name}` is one segment, `{name+}` the rest. */
function matches(template: string, path: string): boolean {
  const source = template
    .split("/")
    .map((segment) => (/^\{.+\+\}$/.test(segment) ? ".+" : /^\{.+\}$/.test(segment) ? "[^/]+" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")))
    .join("/");
  return new RegExp(`^${source}$`).test(path);
}
