import { RETENTION } from "../../rules/backup";
import { witnessChoices } from "../../rules/dynamodb";
import { isHostname, MAX_CERTIFICATE_NAME } from "../../rules/names";
import { missingEndpoints } from "../reach";
import { ZONES } from "../subnets";
import { CONCURRENCY_KEYS, concurrencyProblems } from "./concurrency";
import type { ConfigProblem } from "./error";
import { setCommand, type KeyName, type Values } from "./keys";
import { DEFAULTS, failoverHost, minThreshold, regionsOf, zoneName } from "./settings";

/** What must hold between keys. It is skipped when a key that it needs was refused already. */
interface Check {
  readonly needs: readonly KeyName[];
  check(values: Values, environment: string): readonly ConfigProblem[];
}

const NOTHING = "nothing";

export const checks: readonly Check[] = [
  {
    needs: ["domain"],
    check: ({ domain }) =>
      domain === undefined ? [{ key: "domain", given: NOTHING, allowed: "the base domain of the failover host", fix: setCommand("domain") }] : [],
  },
  {
    needs: ["hostedZoneId", "createHostedZone"],
    check: ({ hostedZoneId, createHostedZone = false }) => {
      if ((hostedZoneId !== undefined) !== createHostedZone) return [];
      const allowed = "exactly one of tap:hostedZoneId and tap:createHostedZone true";
      return createHostedZone
        ? [{ key: "hostedZoneId", given: `${hostedZoneId ?? ""} and createHostedZone true`, allowed, fix: "pulumi config rm tap:hostedZoneId" }]
        : [{ key: "hostedZoneId", given: NOTHING, allowed, fix: setCommand("hostedZoneId") }];
    },
  },
  {
    needs: ["domain", "hostname", "zoneName", "environmentSuffix", "primaryRegion", "secondaryRegion"],
    check: (values, environment) => (values.domain === undefined ? [] : hostProblems(values, environment)),
  },
  { needs: ["primaryRegion", "secondaryRegion", "witnessRegion", "consistency"], check: regionProblems },
  {
    needs: ["healthCheck.threshold", "consistency"],
    check: (values) => {
      const given = values["healthCheck.threshold"];
      const least = minThreshold(values);
      if (given === undefined || given >= least) return [];
      const allowed = `${least}..10 (failed checks) with tap:consistency eventual, where a needless failover can lose payments`;
      return [{ key: "healthCheck.threshold", given: String(given), allowed, fix: setCommand("healthCheck.threshold", String(least)) }];
    },
  },
  {
    needs: ["apiAuth", "allowUnauthenticated", "environmentSuffix"],
    check: ({ apiAuth, allowUnauthenticated }, environment) => {
      if (apiAuth !== "none" || allowUnauthenticated || environment === "local") return [];
      const allowed = "iam; none only in the environment local or with tap:allowUnauthenticated true";
      return [{ key: "apiAuth", given: `none in the environment ${environment}`, allowed, fix: setCommand("apiAuth", "iam") }];
    },
  },
  { needs: ["backupRetentionDays", "vaultLock.minDays", "vaultLock.maxDays", "vaultLock.changeableForDays", "protect"], check: vaultLockProblems },
  { needs: ["nat", "interfaceEndpoints"], check: endpointProblems },
  { needs: ["primaryRegion", "secondaryRegion", "consistency"], check: zoneProblems },
  { needs: CONCURRENCY_KEYS, check: concurrencyProblems },
  {
    needs: ["warmThroughput.readUnits", "warmThroughput.writeUnits"],
    check: (values) => {
      const keys = ["warmThroughput.readUnits", "warmThroughput.writeUnits"] as const;
      const missing = keys.filter((key) => values[key] === undefined);
      if (missing.length !== 1) return [];
      return missing.map((key) => ({ key, given: NOTHING, allowed: "both tap:warmThroughput.readUnits and .writeUnits, or neither", fix: setCommand(key) }));
    },
  },
];

/** A lock refuses every job that keeps too short or too long, and a stack that is to be thrown away must not be locked. */
function vaultLockProblems(values: Values): readonly ConfigProblem[] {
  const { "vaultLock.minDays": min, "vaultLock.maxDays": max, "vaultLock.changeableForDays": changeable } = values;
  if (min === undefined && max === undefined && changeable === undefined) return [];
  if (min === undefined) {
    return [{ key: "vaultLock.minDays", given: NOTHING, allowed: "tap:vaultLock.minDays with any other part of tap:vaultLock", fix: setCommand("vaultLock.minDays") }];
  }
  const days = values.backupRetentionDays ?? DEFAULTS.backupRetentionDays;
  const problems: ConfigProblem[] = [];
  if (days < min || days > (max ?? days)) {
    const allowed = `${min}..${max ?? RETENTION.max} (days), what tap:vaultLock takes`;
    problems.push({ key: "backupRetentionDays", given: String(days), allowed, fix: setCommand("backupRetentionDays", String(min)) });
  }
  if (values.protect === false) {
    problems.push({ key: "vaultLock", given: "a lock with tap:protect false", allowed: "a lock with tap:protect true: a locked vault outlives pulumi destroy", fix: "pulumi config rm tap:vaultLock" });
  }
  return problems;
}

/** A function in a private subnet reaches only what its network has a way to. */
function endpointProblems({ interfaceEndpoints: given, nat = DEFAULTS.nat }: Values): readonly ConfigProblem[] {
  // Not given: the needed ones are made.
  if (given === undefined) return [];
  return missingEndpoints(nat, given).map(({ endpoint, functions }) => ({
    key: "interfaceEndpoints",
    given: JSON.stringify(given),
    allowed: `a list with ${endpoint}, since ${functions.join(" and ")} ${functions.length > 1 ? "call" : "calls"} ${endpoint} from a private subnet, or tap:nat single or perAz`,
    fix: `pulumi config set --path 'tap:interfaceEndpoints[${given.length}]' ${endpoint}`,
  }));
}

/** Accounts see two zones in us-west-1. "Regions and Zones" (Amazon EC2 user guide). */
const FEW_ZONES = ["us-west-1"];

/** Strong mode has its own reason to refuse such a region: it is in no region set. */
function zoneProblems(values: Values): readonly ConfigProblem[] {
  if (values.consistency !== "eventual") return [];
  const { primary, secondary } = regionsOf(values);
  return ([["primaryRegion", primary], ["secondaryRegion", secondary]] as const)
    .filter(([, region]) => FEW_ZONES.includes(region))
    .map(([key, region]) => ({ key, given: region, allowed: `a region with ${ZONES} availability zones`, fix: setCommand(key) }));
}

function hostProblems(values: Values, environment: string): readonly ConfigProblem[] {
  const host = failoverHost(values, environment);
  const zone = zoneName(values);
  const key = values.hostname === undefined ? "domain" : "hostname";
  const fix = setCommand("hostname", `${environment || "dev"}.${zone}`);
  if (host === zone) {
    // A CNAME cannot stand beside the apex's SOA and NS records. Route 53 developer guide, "Supported DNS record types".
    return [{ key, given: `${host}, the apex of its zone`, allowed: `a name below ${zone}`, fix }];
  }
  if (!host.endsWith(`.${zone}`)) return [{ key, given: host, allowed: `a name below the zone ${zone}`, fix }];
  if (host.length > MAX_CERTIFICATE_NAME) {
    return [{ key, given: `${host} (${host.length} characters)`, allowed: `at most ${MAX_CERTIFICATE_NAME} characters, for the certificate's common name`, fix }];
  }
  const { primary, secondary } = regionsOf(values);
  const wrong = [primary, secondary].map((region) => `${region}.${host}`).filter((name) => !isHostname(name));
  return wrong.slice(0, 1).map((name) => ({ key, given: name, allowed: "a host name of at most 253 characters", fix }));
}

function regionProblems(values: Values): readonly ConfigProblem[] {
  const { primary, secondary } = regionsOf(values);
  const { witnessRegion: witness, consistency = DEFAULTS.consistency } = values;
  if (primary === secondary) {
    return [{ key: "secondaryRegion", given: `${secondary}, which is the primary too`, allowed: "another region than tap:primaryRegion", fix: setCommand("secondaryRegion") }];
  }
  if (consistency === "eventual") {
    if (witness === undefined) return [];
    return [{ key: "witnessRegion", given: witness, allowed: "nothing with tap:consistency eventual, which has no witness", fix: "pulumi config rm tap:witnessRegion" }];
  }
  const choices = witnessChoices(primary, secondary);
  const [first] = choices;
  if (first === undefined) {
    const allowed = "a region of the primary's region set with tap:consistency strong (us-east-1, us-east-2, us-west-2 and the sets of Europe and Asia Pacific)";
    return [{ key: "secondaryRegion", given: `${secondary} beside ${primary}`, allowed, fix: setCommand("consistency", "eventual") }];
  }
  if (witness === undefined && choices.length === 1) return [];
  if (witness !== undefined && choices.includes(witness)) return [];
  return [{ key: "witnessRegion", given: witness ?? NOTHING, allowed: choices.join(", "), fix: setCommand("witnessRegion", first) }];
}
