import { WARM_MINIMUM, witnessChoices } from "../../rules/dynamodb";
import { CHECKER_REGIONS } from "../../rules/route53";
import { neededEndpoints, type EndpointChoice, type NatMode } from "../reach";
import { ZONES } from "../subnets";
import type { PROVISIONED_IN, Values } from "./keys";

/** The functions that environments can be kept ready for: those that payers and health checks wait for, in both regions. */
export const PROVISIONABLE = ["process", "validate", "read", "health"] as const;
export type Provisionable = (typeof PROVISIONABLE)[number];

/** The configuration with all defaults filled in: what the program is made from. */
export interface Config {
  /** The environment suffix. */
  readonly environment: string;
  readonly failoverHost: string;
  readonly zone: { readonly name: string; readonly id?: string };
  readonly primaryRegion: string;
  readonly secondaryRegion: string;
  /** Strong consistency only: keeps the quorum, holds no readable copy. */
  readonly witnessRegion?: string;
  readonly consistency: "strong" | "eventual";
  readonly healthCheck: { readonly intervalSeconds: 10 | 30; readonly threshold: number; readonly regions: readonly string[] };
  readonly ttlSeconds: number;
  readonly apiAuth: "iam" | "none";
  readonly protect: boolean;
  readonly logRetentionDays: number;
  readonly alertEmails: readonly string[];
  /** Days for which recovery points and their copies are kept. */
  readonly backupRetentionDays: number;
  /** Bounds of what the vaults take, in days. With `changeableForDays` nobody can take it back after them, AWS neither. */
  readonly vaultLock?: { readonly minDays: number; readonly maxDays?: number; readonly changeableForDays?: number };
  /** ARNs of the principals that may take the operators' roles; none = no such roles. */
  readonly operators: readonly string[];
  /** Undefined = the function shares the account's pool. */
  readonly reservedConcurrency: { readonly health: number | undefined; readonly switch: number | undefined };
  /** Environments that are kept initialised for each function, 0 = none; in which regions. */
  readonly provisionedConcurrency: Readonly<Record<Provisionable, number>> & { readonly regions: (typeof PROVISIONED_IN)[number] };
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  /** NAT gateways of each region's network. */
  readonly nat: NatMode;
  /** Services with an interface endpoint in each region's network. */
  readonly interfaceEndpoints: readonly EndpointChoice[];
  /** Availability zones in which each of them stands, 1..3. */
  readonly interfaceEndpointZones: number;
  /** The account's quotas in each region, as far as alarms watch them. */
  readonly quotas: { readonly lambdaConcurrency: number };
  readonly manageAccountSettings: boolean;
  /** API Gateway writes access logs, by the account's role for that. */
  readonly accessLogs: boolean;
  /** Service part of the table's name. */
  readonly tableService: string;
  readonly warmThroughput?: { readonly readUnitsPerSecond: number; readonly writeUnitsPerSecond: number };
  readonly allowedAccountIds: readonly string[];
}

export const DEFAULTS = {
  primaryRegion: "us-east-1",
  secondaryRegion: "us-east-2",
  consistency: "strong",
  lambdaConcurrencyQuota: 1000,
  nat: "none",
  backupRetentionDays: 35,
} as const;

/** 10,000 requests a second is the highest rate that a region's API takes by default. "Amazon API Gateway quotas". */
const THROTTLE = { requestsPerSecond: 10_000, burst: 5_000 };

/** The least number of failed checks: eventual mode may lose payments by a needless failover, so it looks once more. */
export const minThreshold = (values: Pick<Values, "consistency">): number => (values.consistency === "eventual" ? 3 : 2);

export const failoverHost = (values: Values, environment: string): string => values.hostname ?? `${environment}.${values.domain ?? ""}`;

export const zoneName = (values: Values): string => values.zoneName ?? values.domain ?? "";

export const regionsOf = (values: Values): { readonly primary: string; readonly secondary: string } => ({
  primary: values.primaryRegion ?? DEFAULTS.primaryRegion,
  secondary: values.secondaryRegion ?? DEFAULTS.secondaryRegion,
});

function vaultLockOf({ "vaultLock.minDays": minDays, "vaultLock.maxDays": maxDays, "vaultLock.changeableForDays": changeableForDays }: Values): Pick<Config, "vaultLock"> {
  if (minDays === undefined) return {};
  return { vaultLock: { minDays, ...(maxDays === undefined ? {} : { maxDays }), ...(changeableForDays === undefined ? {} : { changeableForDays }) } };
}

/** Values that passed every check, with defaults. */
export function build(values: Values, environment: string): Config {
  const { primary, secondary } = regionsOf(values);
  const consistency = values.consistency ?? DEFAULTS.consistency;
  const witness = values.witnessRegion ?? witnessChoices(primary, secondary)[0];
  const readUnits = values["warmThroughput.readUnits"];
  const writeUnits = values["warmThroughput.writeUnits"];
  const quota = values.apiRequestQuota ?? THROTTLE.requestsPerSecond;
  return {
    environment,
    failoverHost: failoverHost(values, environment),
    zone: { name: zoneName(values), ...(values.hostedZoneId === undefined ? {} : { id: values.hostedZoneId }) },
    primaryRegion: primary,
    secondaryRegion: secondary,
    ...(consistency === "strong" && witness !== undefined ? { witnessRegion: witness } : {}),
    consistency,
    healthCheck: {
      intervalSeconds: values["healthCheck.interval"] === 30 ? 30 : 10,
      threshold: values["healthCheck.threshold"] ?? minThreshold(values),
      regions: values["healthCheck.regions"] ?? CHECKER_REGIONS,
    },
    ttlSeconds: values.ttl ?? 5,
    apiAuth: values.apiAuth ?? "iam",
    protect: values.protect ?? true,
    logRetentionDays: values.logRetentionDays ?? 30,
    alertEmails: values.alertEmails ?? [],
    backupRetentionDays: values.backupRetentionDays ?? DEFAULTS.backupRetentionDays,
    ...vaultLockOf(values),
    operators: values.operators ?? [],
    reservedConcurrency: { health: values["reservedConcurrency.health"], switch: values["reservedConcurrency.switch"] },
    provisionedConcurrency: {
      process: values["provisionedConcurrency.process"] ?? 0,
      validate: values["provisionedConcurrency.validate"] ?? 0,
      read: values["provisionedConcurrency.read"] ?? 0,
      health: values["provisionedConcurrency.health"] ?? 0,
      regions: values["provisionedConcurrency.regions"] ?? "secondary",
    },
    throttle: {
      requestsPerSecond: Math.min(THROTTLE.requestsPerSecond, quota),
      burst: Math.min(THROTTLE.burst, Math.ceil(quota / 2)),
    },
    nat: values.nat ?? DEFAULTS.nat,
    interfaceEndpoints: values.interfaceEndpoints ?? neededEndpoints(values.nat ?? DEFAULTS.nat),
    interfaceEndpointZones: values.interfaceEndpointZones ?? ZONES,
    quotas: { lambdaConcurrency: values.lambdaConcurrencyQuota ?? DEFAULTS.lambdaConcurrencyQuota },
    manageAccountSettings: values.manageAccountSettings ?? false,
    // Without the account's role API Gateway refuses the stage: where this stack does not make the role, somebody must say that it is there.
    accessLogs: values.accessLogs ?? values.manageAccountSettings ?? false,
    tableService: values.tableGeneration === undefined ? "payments-table" : `payments-table-${values.tableGeneration}`,
    ...(readUnits !== undefined && writeUnits !== undefined && isWarmed(readUnits, writeUnits) ? { warmThroughput: { readUnitsPerSecond: readUnits, writeUnitsPerSecond: writeUnits } } : {}),
    allowedAccountIds: values.allowedAccountIds ?? [],
  };
}

/** Every table is as warm as AWS's minimum; asked for by name, the provider would read it back as not set, for ever. */
const isWarmed = (readUnits: number, writeUnits: number): boolean =>
  readUnits > WARM_MINIMUM.readUnitsPerSecond || writeUnits > WARM_MINIMUM.writeUnitsPerSecond;
