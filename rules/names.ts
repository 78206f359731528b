/** What AWS allows as the name of a kind of resource. */
interface NameRule {
  readonly min: number;
  readonly max: number;
  readonly pattern: RegExp;
  /** The allowed characters in words. */
  readonly characters: string;
}

const WORDS = "letters, digits, - and _";

/** Each limit with the title of the AWS page it is from. */
export const NAME_RULES = {
  /** Lambda API reference, "CreateFunction". */
  function: { min: 1, max: 64, pattern: /^[A-Za-z0-9_-]+$/, characters: WORDS },
  /** IAM user guide, "IAM and AWS STS quotas". */
  role: { min: 1, max: 64, pattern: /^[\w+=,.@-]+$/, characters: "letters, digits and +=,.@-_" },
  /** DynamoDB developer guide, "Supported data types and naming rules". */
  table: { min: 3, max: 255, pattern: /^[A-Za-z0-9_.-]+$/, characters: "letters, digits, -, _ and ." },
  /** CloudWatch Logs API reference, "CreateLogGroup". */
  logGroup: { min: 1, max: 512, pattern: /^[A-Za-z0-9_./#-]+$/, characters: "letters, digits and _-/.#" },
  /** Firehose API reference, "CreateDeliveryStream". */
  stream: { min: 1, max: 64, pattern: /^[A-Za-z0-9_.-]+$/, characters: "letters, digits, -, _ and ." },
  /** EventBridge Scheduler API reference, "CreateSchedule", "CreateScheduleGroup". */
  schedule: { min: 1, max: 64, pattern: /^[A-Za-z0-9_.-]+$/, characters: "letters, digits, -, _ and ." },
  /** CloudWatch API reference, "PutMetricAlarm". */
  alarm: { min: 1, max: 255, pattern: /^[\x20-\x7e]+$/, characters: "printable ASCII" },
  /** SNS API reference, "CreateTopic". */
  topic: { min: 1, max: 256, pattern: /^[A-Za-z0-9_-]+$/, characters: WORDS },
  /** API Gateway API reference, "CreateRestApi"; the length is that of the ApiName dimension of its metrics. */
  api: { min: 1, max: 255, pattern: /^[\x20-\x7e]+$/, characters: "printable ASCII" },
  /** S3 user guide, "General purpose bucket naming rules". */
  bucket: { min: 3, max: 63, pattern: /^[a-z0-9][a-z0-9-]*[a-z0-9]$/, characters: "a-z, digits and inner -" },
  /** EC2 API reference, "CreateSecurityGroup". */
  securityGroup: { min: 1, max: 255, pattern: /^(?!sg-)[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/, characters: "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, not sg- in front" },
  /** AWS Backup API reference, "CreateBackupVault". */
  backupVault: { min: 2, max: 50, pattern: /^[A-Za-z0-9_-]+$/, characters: WORDS },
  /** AWS Backup API reference, "BackupRuleInput": plans, their rules and selections. */
  backupPlan: { min: 1, max: 50, pattern: /^[A-Za-z0-9_.-]+$/, characters: "letters, digits, -, _ and ." },
  /** "AWS tagging best practices": the value of a tag. */
  tag: { min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, characters: "letters, digits, spaces and _.:/=+-@" },
} as const satisfies Record<string, NameRule>;

export type NameKind = keyof typeof NAME_RULES;

/** What is wrong with a name, or undefined when AWS takes it. */
export function nameObjection(kind: NameKind, name: string): string | undefined {
  const { min, max, pattern, characters } = NAME_RULES[kind];
  if (name.length >= min && name.length <= max && pattern.test(name)) return undefined;
  return `${kind} name: got ${JSON.stringify(name)} (${name.length} characters); allowed ${min}..${max} of ${characters}`;
}

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A host name of at least two labels, in lower case, without the final dot. RFC 1035, 2.3.1 and 2.3.4. */
export function isHostname(name: string): boolean {
  const labels = name.split(".");
  return name.length <= 253 && labels.length >= 2 && labels.every((label) => LABEL.test(label));
}

/** The common name of a certificate is at most so long. ACM API reference, "RequestCertificate", DomainName. */
export const MAX_CERTIFICATE_NAME = 64;
