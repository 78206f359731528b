/** Names that the Pulumi program and the functions share. The program sets them, the functions read them. */

/** Environment variables, each set by the grant that also gives the permission it needs. */
export const ENV = {
  /** Name of the payments table (the same in both regions). */
  TABLE_NAME: "TABLE_NAME",
  /** `strong` or `eventual`. */
  TABLE_CONSISTENCY: "TABLE_CONSISTENCY",
  /** SHA-256 of the function's bundle, its first 12 hex digits. */
  BUNDLE_VERSION: "BUNDLE_VERSION",
  /** Name of the secondary region's control table. */
  CONTROL_TABLE_NAME: "CONTROL_TABLE_NAME",
  /** The failover host name, e.g. `dev.payments.example.com`. */
  FAILOVER_HOSTNAME: "FAILOVER_HOSTNAME",
  /** What the failover name's CNAME leads to when DNS answers the primary, and the secondary. */
  PRIMARY_TARGET: "PRIMARY_TARGET",
  SECONDARY_TARGET: "SECONDARY_TARGET",
  /** Milliseconds after which a heartbeat has lapsed (see lambda/switch/logic.ts). */
  LAPSE_AFTER_MS: "LAPSE_AFTER_MS",
  /** Milliseconds after a return in which DNS may still answer what was true before (see lambda/switch/logic.ts). */
  SETTLE_MS: "SETTLE_MS",
  /** The region's topic for what happened to payments. */
  EVENTS_TOPIC_ARN: "EVENTS_TOPIC_ARN",
  /** Name of the region's own receipts bucket. */
  RECEIPTS_BUCKET: "RECEIPTS_BUCKET",
  /** The region's topic for alerts. */
  ALERTS_TOPIC_ARN: "ALERTS_TOPIC_ARN",
  /** Each region's own host name, e.g. `us-east-1.dev.payments.example.com`. */
  PRIMARY_HOSTNAME: "PRIMARY_HOSTNAME",
  SECONDARY_HOSTNAME: "SECONDARY_HOSTNAME",
  /** Milliseconds between two looks of the observer. */
  LOOK_EVERY_MS: "LOOK_EVERY_MS",
  /** Name of the audit table (the same in both regions). */
  AUDIT_TABLE_NAME: "AUDIT_TABLE_NAME",
} as const;

/** The payments table: keys and indexes. */
export const PAYMENTS = {
  hashKey: "paymentId",
  /** Every replica's stream shows the same. */
  streamViewType: "NEW_AND_OLD_IMAGES",
  customerIndex: { name: "CustomerIndex", hash: "customerId", range: "createdAt" },
  /** Hash = `<status>#<UTC date>#<shard>`: high cardinality, see docs/decisions.md, 9. */
  statusIndex: { name: "StatusIndex", hash: "statusShard", range: "createdAt" },
} as const;

/** The control table: one small regional table in the secondary. */
export const CONTROL = { hashKey: "id", latchId: "latch", observerId: "observer" } as const;

/** The audit table: one trail, in the order of time (lambda/shared/audit.ts). */
export const AUDIT = { hashKey: "trail", rangeKey: "at", trail: "failover" } as const;

/** What ids of payments begin with (lambda/shared/id.ts). */
export const PAYMENT_PREFIX = "pay_";

/** The receipts bucket: the writer may put below the prefix only. */
export const RECEIPTS = { prefix: "receipts/" } as const;

/** What functions publish of themselves, see metrics.ts: by function, so that environments side by side stay apart. */
export const METRICS = {
  namespace: "Payments",
  dimension: "FunctionName",
  /** 1 for each health write that failed or had no answer in time, else 0. */
  healthWriteFailures: "HealthWriteFailures",
  /** Milliseconds, of those that were answered. */
  healthWriteLatency: "HealthWriteLatency",
  /** 1 for each poll of the switch that could not read its item. */
  controlItemUnreadable: "ControlItemUnreadable",
  /** 1 for each transition of the latch that people must hear of. */
  latchAlerts: "LatchAlerts",
  /** 1 for each look of the observer: its own sign of life. */
  observerLooks: "ObserverLooks",
  /** 1 for each look at which the region's health route answered 200, else 0; milliseconds, where it answered. */
  primaryHealthy: "PrimaryHealthy",
  primaryLatency: "PrimaryLatency",
  secondaryHealthy: "SecondaryHealthy",
  secondaryLatency: "SecondaryLatency",
  /** 1 for each look at an evacuated latch, 0 for any other that could be read. */
  latchEvacuated: "LatchEvacuated",
  /** 1 for each look at which DNS answered the secondary, 0 where it answered the primary. */
  observedDnsSecondary: "ObservedDnsSecondary",
} as const;

/** Set by Lambda itself, as {@link REGION_VARIABLE}. */
export const FUNCTION_VARIABLE = "AWS_LAMBDA_FUNCTION_NAME";

/** Item ids with these prefixes are no payments: no index keys, dropped by consumers and by the checker. */
export const RESERVED_PREFIXES = { health: "health#", canary: "canary#" } as const;

/** The request header that makes a payment safe to repeat. */
export const IDEMPOTENCY_HEADER = "Idempotency-Key";

/** Set by Lambda itself (AWS Lambda developer guide, "Defined runtime environment variables"). */
export const REGION_VARIABLE = "AWS_REGION";

/** What a request may hold. README "The API". */
export const LIMITS = {
  /** Bytes of a request's body, after base64 decoding: 16 kB. */
  bodyBytes: 16 * 1024,
  /** Characters of an idempotency key. */
  keyLength: 255,
  /** Minor units. */
  amountMin: 1,
  amountMax: 999_999_999_999,
  /** Characters (Unicode code points). */
  referenceLength: 140,
  /** Payments on a page of a list. */
  pageDefault: 20,
  pageMax: 100,
} as const;

/** A payment's statuses, in their order. `status` only moves forward. */
export const STATUSES = ["ACCEPTED"] as const;

/** The shards of the status index: the first hex digit of the payment id's hash. */
export const STATUS_SHARDS = "0123456789abcdef";
