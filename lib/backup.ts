import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import type { PaymentsTable } from "./dynamo";
import { createServiceRole } from "./iam";
import { backUpAndCopy, restoreInto } from "./policies/backup";
import type { RegionContext } from "./regions";

/** Where a region's recovery points are, and the role by which AWS Backup restores them there. */
export interface Backups {
  readonly vaultName: pulumi.Output<string>;
  readonly restoreRoleArn: pulumi.Output<string>;
}

type BackupConfig = Pick<Config, "protect" | "backupRetentionDays" | "vaultLock">;

interface BackupArgs {
  readonly accountId: pulumi.Input<string>;
  readonly table: PaymentsTable;
}

/**
 * Half a day apart: recovery points of one region and copies from the other are never more than twelve hours old
 * together. In UTC.
 */
const SCHEDULES = { primary: "cron(0 5 ? * * *)", secondary: "cron(0 17 ? * * *)" } as const;
/** Minutes: a job begins within two hours and ends within twelve, before the other region's begins. */
const WINDOWS = { startWindow: 120, completionWindow: 720 };

const SERVICE = "payments-backups";
/** What restored tables are called; the restore role may make no others. */
const RESTORED = "payments-restored-";

/**
 * A vault and a daily plan in each region. Each backs up its own replica and copies to the other's vault, so that neither
 * a region's loss nor a mistake in it takes the last good copy, and backups go on in whichever region is left.
 *
 * Only the payments table: receipts derive from it, and both buckets keep versions and replicate; an old latch would be
 * wrong, and a new one makes itself.
 */
export function createBackups(
  primary: RegionContext,
  secondary: RegionContext,
  args: BackupArgs,
  config: BackupConfig,
): { readonly primary: Backups; readonly secondary: Backups } {
  const vaults = { primary: createVault(primary, config), secondary: createVault(secondary, config) };
  const create = (context: RegionContext, peer: RegionContext): Backups => {
    const own = vaults[context.role];
    createPlan(context, { own, peer, peerVault: vaults[peer.role], ...args }, config);
    return { vaultName: own.name, restoreRoleArn: createRestoreRole(context, args) };
  };
  return { primary: create(primary, secondary), secondary: create(secondary, primary) };
}

function createVault({ name: namer, key, options }: RegionContext, { protect, vaultLock }: BackupConfig): aws.backup.Vault {
  const name = namer(SERVICE, "backupVault");
  // AWS keeps a vault that has recovery points, unless it may throw them away with it.
  const vault = new aws.backup.Vault(name, { name, kmsKeyArn: key.arn, forceDestroy: !protect }, { ...options, protect });
  if (vaultLock) {
    const { minDays, maxDays, changeableForDays } = vaultLock;
    const lock = {
      backupVaultName: vault.name,
      minRetentionDays: minDays,
      ...(maxDays === undefined ? {} : { maxRetentionDays: maxDays }),
      ...(changeableForDays === undefined ? {} : { changeableForDays }),
    };
    // Its bounds change by replacing it, and a vault has one lock: made first and deleted after, the new one would go with the old.
    new aws.backup.VaultLockConfiguration(name, lock, { ...options, protect, deleteBeforeReplace: true });
  }
  return vault;
}

interface PlanArgs extends BackupArgs {
  readonly own: aws.backup.Vault;
  readonly peer: RegionContext;
  readonly peerVault: aws.backup.Vault;
}

function createPlan(context: RegionContext, { own, peer, peerVault, accountId, table }: PlanArgs, { backupRetentionDays }: BackupConfig): void {
  const { region, role, options } = context;
  const name = context.name(SERVICE, "backupPlan");
  const tableArn = table.arnIn(region);
  const lifecycle = { deleteAfter: backupRetentionDays };
  const plan = new aws.backup.Plan(
    name,
    {
      name,
      rules: [
        {
          ruleName: "daily",
          targetVaultName: own.name,
          schedule: SCHEDULES[role],
          ...WINDOWS,
          lifecycle,
          copyActions: [{ destinationVaultArn: peerVault.arn, lifecycle }],
        },
      ],
    },
    options,
  );
  const permitted = createServiceRole(context, {
    service: "payments-backup",
    trusts: "backup.amazonaws.com",
    statements: pulumi
      .all([accountId, tableArn, own.arn, context.key.arn, peerVault.arn, peer.key.arn])
      .apply(([account, of, vaultArn, keyArn, peerVaultArn, peerKeyArn]) =>
        backUpAndCopy({ region, accountId: account, tableArn: of, vaultArn, keyArn, peer: { region: peer.region, vaultArn: peerVaultArn, keyArn: peerKeyArn } }),
      ),
  });
  new aws.backup.Selection(name, { name, planId: plan.id, iamRoleArn: permitted.arn, resources: [tableArn] }, { ...options, dependsOn: [...permitted.ready] });
}

function createRestoreRole(context: RegionContext, { accountId }: BackupArgs): pulumi.Output<string> {
  const { region, key } = context;
  const statements = pulumi
    .all([accountId, key.arn])
    .apply(([account, keyArn]) =>
      restoreInto([`arn:aws:dynamodb:${region}:${account}:table/${RESTORED}*`], [`arn:aws:backup:${region}:${account}:recovery-point:*`], keyArn, region),
    );
  return createServiceRole(context, { service: "payments-restore", trusts: "backup.amazonaws.com", statements }).arn;
}

/**
 * Opts the region in to advanced backups of DynamoDB, without which nothing is copied to another region. One per account
 * and region, so only the stack that manages the account makes it. AWS tells all services' settings back, also those that
 * others have chosen: later differences are theirs. "Advanced DynamoDB backup" (AWS Backup developer guide).
 */
export function createBackupSettings({ name, options }: RegionContext): void {
  new aws.backup.RegionSettings(
    name("payments-backup-settings", "tag"),
    { resourceTypeOptInPreference: { DynamoDB: true }, resourceTypeManagementPreference: { DynamoDB: true } },
    { ...options, retainOnDelete: true, ignoreChanges: ["resourceTypeOptInPreference", "resourceTypeManagementPreference"] },
  );
}
