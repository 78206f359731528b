/** One thing that AWS Backup would refuse. */
export interface BackupViolation {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

/** When a recovery point moves to cold storage and when it ends, in days after it was made. */
export interface Lifecycle {
  readonly coldStorageAfter?: number | undefined;
  readonly deleteAfter?: number | undefined;
}

export interface BackupRule {
  readonly ruleName: string;
  readonly targetVaultName: string;
  readonly schedule?: string | undefined;
  /** Minutes. */
  readonly startWindow?: number | undefined;
  /** Minutes. */
  readonly completionWindow?: number | undefined;
  readonly lifecycle?: Lifecycle | undefined;
  readonly copyActions?: readonly { readonly destinationVaultArn: string; readonly lifecycle?: Lifecycle | undefined }[] | undefined;
}

export interface VaultLock {
  readonly minRetentionDays?: number | undefined;
  readonly maxRetentionDays?: number | undefined;
  readonly changeableForDays?: number | undefined;
}

/** Days for which a lock can ask recovery points to be kept. AWS Backup API reference, "PutBackupVaultLockConfiguration". */
export const RETENTION = { min: 1, max: 36_500 };
/** The least cooling-off time of a lock, in days. Same page. */
export const COOLING_OFF_DAYS = 3;
/** Cold storage bills 90 days at least. AWS Backup API reference, "Lifecycle". */
export const COLD_DAYS = 90;
/** AWS Backup API reference, "BackupRuleInput": the least start window, and what the completion window must exceed it by. */
export const WINDOW_MINUTES = { start: 60, more: 60, startDefault: 480, completionDefault: 10_080 };
/** AWS Backup API reference, "BackupRuleInput" and "BackupPlanInput". */
const PLAN_NAME = /^[A-Za-z0-9_.-]{1,50}$/;
/** A cron of six fields or a rate; Backup takes no more than one run an hour. AWS Backup developer guide, "Schedule". */
const SCHEDULE = /^(cron\(\S+( \S+){5}\)|rate\(\d+ (hours?|days?)\))$/;
const VAULT_ARN = /^arn:aws:backup:[a-z0-9-]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}$/;

/** The region and the name of a vault's ARN; undefined where it is none. */
export function vaultOf(arn: string): { readonly region: string; readonly name: string } | undefined {
  const [, , , region, , , name] = arn.split(":");
  return VAULT_ARN.test(arn) && region !== undefined && name !== undefined ? { region, name } : undefined;
}

const days = (given: number): boolean => Number.isInteger(given) && given >= RETENTION.min && given <= RETENTION.max;

function lifecycleViolations({ coldStorageAfter, deleteAfter }: Lifecycle, property: string): readonly BackupViolation[] {
  const wrong = Object.entries({ coldStorageAfter, deleteAfter }).filter(([, given]) => given !== undefined && !days(given));
  if (wrong.length > 0) {
    return wrong.map(([name, given]) => ({ code: "backup.lifecycle", property: `${property}.${name}`, message: `got ${given}; allowed ${RETENTION.min}..${RETENTION.max} days` }));
  }
  if (coldStorageAfter === undefined || deleteAfter === undefined || deleteAfter >= coldStorageAfter + COLD_DAYS) return [];
  const message = `got ${deleteAfter} with coldStorageAfter ${coldStorageAfter}; allowed at least ${coldStorageAfter + COLD_DAYS}, since cold storage keeps ${COLD_DAYS} days`;
  return [{ code: "backup.cold-storage", property: `${property}.deleteAfter`, message }];
}

function ruleViolations(rule: BackupRule, property: string): readonly BackupViolation[] {
  const { ruleName, schedule, startWindow = WINDOW_MINUTES.startDefault, completionWindow = WINDOW_MINUTES.completionDefault, lifecycle, copyActions = [] } = rule;
  const found: BackupViolation[] = [];
  const add = (code: string, name: string, message: string): number => found.push({ code: `backup.${code}`, property: `${property}.${name}`, message });
  if (!PLAN_NAME.test(ruleName)) add("name", "ruleName", `got ${ruleName}; allowed 1..50 of letters, digits and -_.`);
  if (schedule !== undefined && !SCHEDULE.test(schedule)) add("schedule", "schedule", `got ${schedule}; allowed cron(…) of six fields, or rate(n hours) or rate(n days)`);
  if (startWindow < WINDOW_MINUTES.start) add("window", "startWindow", `got ${startWindow}; allowed at least ${WINDOW_MINUTES.start} (minutes)`);
  if (completionWindow < startWindow + WINDOW_MINUTES.more) {
    add("window", "completionWindow", `got ${completionWindow} with startWindow ${startWindow}; allowed at least ${startWindow + WINDOW_MINUTES.more} (minutes)`);
  }
  return [
    ...found,
    ...(lifecycle ? lifecycleViolations(lifecycle, `${property}.lifecycle`) : []),
    ...copyActions.flatMap(({ destinationVaultArn, lifecycle: kept }, index) => [
      ...(vaultOf(destinationVaultArn)
        ? []
        : [{ code: "backup.copy-target", property: `${property}.copyActions[${index}].destinationVaultArn`, message: `got ${destinationVaultArn}; allowed the ARN of a vault` }]),
      ...(kept ? lifecycleViolations(kept, `${property}.copyActions[${index}].lifecycle`) : []),
    ]),
  ];
}

/** What CreateBackupPlan would refuse. */
export function planViolations(name: string | undefined, rules: readonly BackupRule[]): readonly BackupViolation[] {
  return [
    ...(name === undefined || PLAN_NAME.test(name) ? [] : [{ code: "backup.name", property: "name", message: `got ${name}; allowed 1..50 of letters, digits and -_.` }]),
    ...(rules.length > 0 ? [] : [{ code: "backup.rules", property: "rules", message: "got none; allowed at least one" }]),
    ...rules.flatMap((rule, index) => ruleViolations(rule, `rules[${index}]`)),
  ];
}

/** What CreateBackupSelection would refuse. */
export function selectionViolations(name: string | undefined, roleArn: string, resources: readonly string[]): readonly BackupViolation[] {
  return [
    ...(name === undefined || PLAN_NAME.test(name) ? [] : [{ code: "backup.name", property: "name", message: `got ${name}; allowed 1..50 of letters, digits and -_.` }]),
    ...(/^arn:aws:iam::\d{12}:role\//.test(roleArn) ? [] : [{ code: "backup.role", property: "iamRoleArn", message: `got ${roleArn}; allowed the ARN of a role` }]),
    ...resources.flatMap((arn, index) =>
      arn === "*" || arn.startsWith("arn:aws:") ? [] : [{ code: "backup.resource", property: `resources[${index}]`, message: `got ${arn}; allowed an ARN or *` }],
    ),
  ];
}

/** What PutBackupVaultLockConfiguration would refuse. */
export function lockViolations({ minRetentionDays: min, maxRetentionDays: max, changeableForDays }: VaultLock): readonly BackupViolation[] {
  const outside = Object.entries({ minRetentionDays: min, maxRetentionDays: max })
    .filter(([, given]) => given !== undefined && !days(given))
    .map(([property, given]) => ({ code: "backup.lock", property, message: `got ${given}; allowed ${RETENTION.min}..${RETENTION.max} days` }));
  const order = min !== undefined && max !== undefined && min > max ? [{ code: "backup.lock", property: "maxRetentionDays", message: `got ${max}; allowed at least minRetentionDays, ${min}` }] : [];
  const cooling =
    changeableForDays !== undefined && !(changeableForDays >= COOLING_OFF_DAYS && changeableForDays <= RETENTION.max)
      ? [{ code: "backup.lock", property: "changeableForDays", message: `got ${changeableForDays}; allowed ${COOLING_OFF_DAYS}..${RETENTION.max} days` }]
      : [];
  return [...outside, ...order, ...cooling];
}

/** Would a locked vault take a recovery point that is kept so long? Undefined = for ever. "AWS Backup Vault Lock". */
export const lockTakes = ({ minRetentionDays = RETENTION.min, maxRetentionDays }: VaultLock, deleteAfter: number | undefined): boolean =>
  deleteAfter === undefined ? maxRetentionDays === undefined : deleteAfter >= minRetentionDays && deleteAfter <= (maxRetentionDays ?? RETENTION.max);
