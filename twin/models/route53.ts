import type { HealthCheckArgs, RecordArgs, ZoneArgs } from "@pulumi/aws/route53";
import type { Unwrap } from "@pulumi/pulumi";
import { healthCheckViolations } from "../../rules/route53";
import { domainNameProblem, recordViolations } from "../../rules/route53-records";
import { nameServersOf, route53 as service } from "../services/route53/index";
import { normalise } from "../services/route53/names";
import { stableId } from "./ids";
import { defineModel, type InvokeModel, type Objection, type ServiceModels } from "./model";
import { graphRules } from "./route53-graph";
import { toHealthCheck, toRecordSet } from "./route53-inputs";

const globalArn = (resource: string): string => `arn:aws:route53:::${resource}`;

const zoneIdOf = (...parts: readonly string[]): string => `Z${stableId(20, "hosted-zone", ...parts).toUpperCase()}`;

function zoneObjections({ name, vpcs = [], delegationSetId }: Unwrap<ZoneArgs>): readonly Objection[] {
  const found: Objection[] = [];
  const problem = name === undefined ? "got none; a zone needs the domain it serves" : domainNameProblem(name);
  if (problem !== undefined) found.push({ code: "route53.zone-name", property: "name", message: problem });
  if (vpcs.length > 0) found.push({ code: "twin.not-modelled", property: "vpcs", message: "the twin models public hosted zones only" });
  if (delegationSetId !== undefined) {
    found.push({ code: "twin.not-modelled", property: "delegationSetId", message: "the twin models no reusable delegation sets" });
  }
  return found;
}

const zone = defineModel<ZoneArgs>({
  type: "aws:route53/zone:Zone",
  global: true,
  check: zoneObjections,
  outputs({ name = "", comment }, place) {
    const id = zoneIdOf(place.accountId, normalise(name), place.name);
    const nameServers = nameServersOf(id);
    const outputs = { zoneId: id, arn: globalArn(`hostedzone/${id}`), name: normalise(name), nameServers, primaryNameServer: nameServers[0] };
    return { id, outputs: { ...outputs, comment: comment ?? "Managed by Pulumi" } };
  },
  replaceOn: ["name", "delegationSetId"],
  live({ inputs: { name = "" }, resource }, cloud) {
    service(cloud).createZone({ id: resource.id, name, nameServers: nameServersOf(resource.id) });
  },
});

/**
 * Names must be written whole: the provider would complete `www` to `www.<zone>`, which the twin, where a record does
 * not know its zone's name, refuses instead (rule over the graph). A zone that is not of the stack was there before
 * it: Route 53 adopts it.
 */
const record = defineModel<RecordArgs>({
  type: "aws:route53/record:Record",
  global: true,
  check: recordViolations,
  outputs({ zoneId, name, type, setIdentifier }) {
    const fqdn = normalise(name);
    return { id: [zoneId, fqdn, type, ...(setIdentifier === undefined ? [] : [setIdentifier])].join("_"), outputs: { name: fqdn, fqdn } };
  },
  replaceOn: ["name", "zoneId"],
  live({ inputs }, cloud) {
    const dns = service(cloud);
    if (!dns.hasZone(inputs.zoneId)) dns.adoptZone(inputs.zoneId);
    dns.createRecord(inputs.zoneId, toRecordSet(inputs));
  },
});

const healthCheck = defineModel<HealthCheckArgs>({
  type: "aws:route53/healthCheck:HealthCheck",
  global: true,
  check: (inputs: Unwrap<HealthCheckArgs>) => healthCheckViolations(inputs),
  outputs(inputs, place) {
    const hex = stableId(32, "health-check", place.accountId, place.name, inputs.type, inputs.fqdn ?? "", inputs.tags?.["Name"] ?? "");
    const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
    return { id, outputs: { arn: globalArn(`healthcheck/${id}`) } };
  },
  replaceOn: ["type", "requestInterval", "measureLatency", "referenceName", "routingControlArn"],
  live({ inputs, resource }, cloud) {
    service(cloud).createHealthCheck(toHealthCheck(resource.id, inputs));
  },
});

/**
 * A zone outside the stack. The twin has no account to look into, so it takes the caller's word for what is asked by
 * name; for what is asked by id it makes up a name under `.test` (RFC 6761): programs take their domain from config.
 */
const getZone: InvokeModel = {
  token: "aws:route53/getZone:getZone",
  answer({ zoneId, name, privateZone, tags = {} }, { accountId }) {
    if (privateZone === true) throw new Error("aws.route53.getZone: the twin models public hosted zones only");
    if (typeof zoneId !== "string" && typeof name !== "string") {
      throw new Error("aws.route53.getZone: got neither zoneId nor name; give one of them");
    }
    const id = typeof zoneId === "string" && zoneId !== "" ? zoneId : zoneIdOf(accountId, "existing", normalise(String(name)));
    const nameServers = nameServersOf(id);
    return {
      id,
      zoneId: id,
      arn: globalArn(`hostedzone/${id}`),
      name: typeof name === "string" && name !== "" ? normalise(name) : `${id.toLowerCase()}.existing-zone.test`,
      nameServers,
      primaryNameServer: nameServers[0],
      privateZone: false,
      enableAcceleratedRecovery: false,
      callerReference: "",
      comment: "",
      linkedServiceDescription: "",
      linkedServicePrincipal: "",
      // A zone's own NS and SOA.
      resourceRecordSetCount: 2,
      tags,
    };
  },
};

/** Amazon Route 53. */
export const route53: ServiceModels = { resources: [zone, record, healthCheck], invokes: [getZone], graph: graphRules };
