import { COOLING_OFF_DAYS, RETENTION } from "../../rules/backup";
import { WARM_MINIMUM } from "../../rules/dynamodb";
import { isHostname } from "../../rules/names";
import { RETENTION_DAYS } from "../../rules/logs";
import { AWS_REGIONS } from "../../rules/regions";
import { CHECKER_REGIONS, MIN_CHECKER_REGIONS, REQUEST_INTERVALS } from "../../rules/route53";
import { ENDPOINT_CHOICES, NAT_MODES } from "../reach";
import { ZONES } from "../subnets";
import { choice, flag, integer, list, number, pattern, text, type Value } from "./values";

const hostname = (example: string) => text(isHostname, "a host name in lower case, without a final dot", example);
const region = (example: string) => text((name) => AWS_REGIONS.includes(name), "a region of the aws partition", example);

const environments = (example: number) => integer(0, 10_000, "environments kept ready, 0 for none", example);

/** Where provisioned concurrency is paid for: the region that stands by, or both. */
export const PROVISIONED_IN = ["secondary", "both"] as const;

/** An inner hyphen only: the suffix is a label of the failover host. */
export const ENVIRONMENT = pattern(/^(?=.{1,12}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "1..12 of a-z, 0-9 and inner -", "dev");

/** A person or what stands for one; never an account as a whole. IAM user guide, "IAM identifiers". */
const PRINCIPAL = /^arn:aws:iam::\d{12}:(user|role)\/[\w+=,.@/-]{1,512}$/;

/** Every key of the namespace `tap`, by its dotted name. What belongs together across keys is in checks.ts. */
export const KEYS = {
  environmentSuffix: ENVIRONMENT,
  domain: hostname("payments.example.com"),
  hostname: hostname("dev.payments.example.com"),
  hostedZoneId: pattern(/^Z[A-Z0-9]{1,31}$/, "the id of a hosted zone", "Z0123456789ABCDEFGHIJ"),
  createHostedZone: flag(true),
  zoneName: hostname("payments.example.com"),
  primaryRegion: region("us-east-1"),
  secondaryRegion: region("us-east-2"),
  witnessRegion: region("us-west-2"),
  consistency: choice(["strong", "eventual"], "strong"),
  "healthCheck.interval": number(REQUEST_INTERVALS, "seconds", 10),
  "healthCheck.threshold": integer(2, 10, "failed checks", 2),
  "healthCheck.regions": list(choice(CHECKER_REGIONS, "us-east-1"), MIN_CHECKER_REGIONS),
  ttl: integer(5, 60, "seconds", 5),
  apiAuth: choice(["iam", "none"], "iam"),
  allowUnauthenticated: flag(true),
  protect: flag(true),
  logRetentionDays: number(RETENTION_DAYS, "days", 30),
  alertEmails: list(pattern(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address", "ops@example.com"), 0),
  operators: list(pattern(PRINCIPAL, "the ARN of an IAM user or role", "arn:aws:iam::123456789012:user/operator"), 0),
  "reservedConcurrency.health": integer(1, 1000, "executions at once", 20),
  "reservedConcurrency.switch": integer(1, 1000, "executions at once", 10),
  "provisionedConcurrency.process": environments(20),
  "provisionedConcurrency.validate": environments(5),
  "provisionedConcurrency.read": environments(10),
  "provisionedConcurrency.health": environments(5),
  "provisionedConcurrency.regions": choice(PROVISIONED_IN, "secondary"),
  backupRetentionDays: integer(RETENTION.min, RETENTION.max, "days", 35),
  "vaultLock.minDays": integer(RETENTION.min, RETENTION.max, "days", 7),
  "vaultLock.maxDays": integer(RETENTION.min, RETENTION.max, "days", 365),
  "vaultLock.changeableForDays": integer(COOLING_OFF_DAYS, RETENTION.max, "days", 14),
  lambdaConcurrencyQuota: integer(10, 1_000_000, "executions at once, the account's quota in each region", 1000),
  apiRequestQuota: integer(1, 1_000_000, "requests per second, the account's quota in each region", 10_000),
  nat: choice(NAT_MODES, "single"),
  interfaceEndpoints: list(choice(ENDPOINT_CHOICES, "sns"), 0),
  interfaceEndpointZones: integer(1, ZONES, "availability zones", 1),
  manageAccountSettings: flag(false),
  accessLogs: flag(true),
  tableGeneration: pattern(/^[a-z0-9]{1,8}$/, "1..8 of a-z, 0-9", "g2"),
  "warmThroughput.readUnits": integer(WARM_MINIMUM.readUnitsPerSecond, 1_000_000, "read units per second", 12_000),
  "warmThroughput.writeUnits": integer(WARM_MINIMUM.writeUnitsPerSecond, 1_000_000, "write units per second", 4_000),
  allowedAccountIds: list(pattern(/^\d{12}$/, "an account id of 12 digits", "123456789012"), 0),
} as const;

export type KeyName = keyof typeof KEYS;
type ValueOf<K> = K extends Value<infer T> ? T : never;

/** What was given and is allowed, key by key. */
export type Values = { readonly [K in KeyName]: ValueOf<(typeof KEYS)[K]> | undefined };

export const KEY_NAMES = Object.keys(KEYS) as readonly KeyName[]; // Object.keys forgets the literal names
/** Keys that hold an object, e.g. `healthCheck`. */
export const GROUPS: ReadonlySet<string> = new Set(KEY_NAMES.filter((key) => key.includes(".")).map((key) => key.slice(0, key.indexOf("."))));

/** The command that sets a key. */
export function setCommand(key: KeyName, value: string = KEYS[key].example): string {
  const definition: Value<unknown> = KEYS[key];
  if (definition.list) return `pulumi config set --path 'tap:${key}[0]' ${value}`;
  return key.includes(".") ? `pulumi config set --path tap:${key} ${value}` : `pulumi config set tap:${key} ${value}`;
}
