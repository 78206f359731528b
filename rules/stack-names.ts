/** Names that lead to an API which does not know them. API Gateway developer guide, "Custom domain name for public REST APIs". */
import { normalise } from "./dns-names";
import { allOf, fields, list, object, text, TYPES, type Declared, type Stack, type StackObjection, type StackRule } from "./stack";

const EXECUTE_API = /^([a-z0-9-]+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com$/;

const recordName = ({ values }: Declared): string => normalise(text(values["name"]) ?? "");

/** Does a custom domain answer a name? `*.example.com` answers the names one label below. */
const answers = (domain: Declared, name: string): boolean => {
  const own = normalise(text(domain.values["domainName"]) ?? "");
  return own === name || (own.startsWith("*.") && own.slice(1) === name.slice(name.indexOf(".")));
};

const domainsOf = (stack: Stack, name: string): Stack => allOf(stack, TYPES.domain).filter((domain) => answers(domain, name));

const targetsOf = ({ values }: Declared): readonly string[] =>
  [...list(values["records"]), ...list(values["aliases"]).map((alias) => fields(alias)["name"])].flatMap((value) => (typeof value === "string" ? [normalise(value)] : []));

/**
 * API Gateway answers a host name only in regions that have a custom domain of that very name; for any other it is 403
 * Forbidden, whatever DNS says, and TLS fails before that.
 */
export const namesReachApis: StackRule = (stack) =>
  allOf(stack, TYPES.record)
    .filter(({ values }) => ["CNAME", "A", "AAAA"].includes(String(values["type"])))
    .flatMap((record) => [...byValue(stack, record), ...byReference(stack, record)]);

function byValue(stack: Stack, record: Declared): readonly StackObjection[] {
  const name = recordName(record);
  return targetsOf(record).flatMap((target) => {
    const region = EXECUTE_API.exec(target)?.[2];
    if (region === undefined || domainsOf(stack, name).some((domain) => domain.region === region)) return [];
    return [object(record, "apigateway.no-custom-domain", "records", `${name} leads to ${target}, and ${region} has no custom domain of that name: every request is refused; make one in ${region}`)];
  });
}

/** What the target will be is not known in a preview; whose it is, is. */
function byReference(stack: Stack, record: Declared): readonly StackObjection[] {
  const name = recordName(record);
  // By value it has been judged already.
  if (targetsOf(record).some((target) => EXECUTE_API.test(target))) return [];
  const urns = new Set([...(record.references["records"] ?? []), ...(record.references["aliases"] ?? [])]);
  return allOf(stack, TYPES.domain)
    .filter((domain) => urns.has(domain.urn) && !answers(domain, name))
    .filter(({ region }) => !domainsOf(stack, name).some((domain) => domain.region === region))
    .map((domain) => {
      const where = domain.region ?? "its region";
      return object(record, "apigateway.no-custom-domain", "records", `${name} leads to the custom domain ${String(domain.values["domainName"])}, and ${where} has none of its own name: every request is refused; make one`);
    });
}

/** A name that fails over between regions needs its custom domain in each: found out when it is too late. */
export const failoverHostsInBothRegions: StackRule = (stack) => {
  const failover = allOf(stack, TYPES.record).filter(({ values }) => list(values["failoverRoutingPolicies"]).length > 0);
  return [...new Set(failover.map(recordName))].flatMap((name) => {
    const types = new Set(failover.filter((record) => recordName(record) === name).map(({ values }) => fields(list(values["failoverRoutingPolicies"])[0])["type"]));
    const domains = domainsOf(stack, name);
    const regions = new Set(domains.flatMap(({ region }) => (region === undefined ? [] : [region])));
    const [only] = domains;
    if (!only || regions.size !== 1 || !types.has("PRIMARY") || !types.has("SECONDARY")) return [];
    return [object(only, "apigateway.failover-host", "domainName", `${name} fails over, and only ${[...regions].join()} has its custom domain; make it in the other region too`)];
  });
};
