import { COUNT, type AlarmLine } from "./alarms";
import type { Backups } from "./backup";

/**
 * Backups that failed, that did not begin within their window, and copies that did not arrive. Metrics come every five
 * minutes. AWS Backup developer guide, "AWS Backup metrics with Amazon CloudWatch".
 */
export const backupAlarms = ({ vaultName }: Backups): readonly AlarmLine[] =>
  LINES.map((line) => ({ ...COUNT, namespace: "AWS/Backup", dimensions: { BackupVaultName: vaultName }, severity: "ticket", runbook: "backup-failed", minutes: 5, once: true, ...line }));

const LINES = [
  { service: "payments-backup-failed", metric: "NumberOfBackupJobsFailed", means: "The daily backup failed: the newest recovery point of this region is older than a day." },
  { service: "payments-backup-expired", metric: "NumberOfBackupJobsExpired", means: "The daily backup did not begin within its window: this region has no recovery point of today." },
  { service: "payments-backup-copy-failed", metric: "NumberOfCopyJobsFailed", means: "A recovery point was not copied to the other region: a loss of this region would take the newest backup with it." },
] as const;
