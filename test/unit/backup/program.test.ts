import { ConfigError, parseConfig } from "../../../lib/config";
import { backUpAndCopy, restoreInto } from "../../../lib/policies/backup";
import { devGraph, iamOf, roleArn } from "../iam/graph-iam";
import { ACCOUNT, deploy, MINIMAL, type Deployed } from "../program/helper";

const VAULT = "aws:backup/vault:Vault";
const PLAN = "aws:backup/plan:Plan";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const SETTINGS = "aws:backup/regionSettings:RegionSettings";

const REGIONS = [
  { region: "us-east-1", peer: "us-east-2", hour: 5, table: "arn-of-payments-table-global-dev-strong" },
  { region: "us-east-2", peer: "us-east-1", hour: 17, table: "arn-of-payments-table-global-dev-strong-in-us-east-2" },
] as const;

let stack: Deployed;
beforeAll(async () => {
  stack = await deploy(MINIMAL);
});

describe.each(REGIONS)("$region", ({ region, peer, hour, table }) => {
  test("has a vault under its own key, which is not thrown away with what it holds", () => {
    const vault = stack.one(VAULT, region);
    expect(vault.inputs).toMatchObject({ name: `payments-backups-${region}-dev`, kmsKeyArn: `arn-of-payments-${region}-dev`, forceDestroy: false });
    expect([vault.protect, stack.regionOf(vault)]).toEqual([true, region]);
  });

  test("backs its own replica up daily and copies to the other region, so that either is enough", () => {
    const lifecycle = { deleteAfter: 35 };
    expect(stack.one(PLAN, region).inputs["rules"]).toEqual([
      {
        ruleName: "daily",
        targetVaultName: `payments-backups-${region}-dev`,
        schedule: `cron(0 ${hour} ? * * *)`,
        startWindow: 120,
        completionWindow: 720,
        lifecycle,
        copyActions: [{ destinationVaultArn: `arn-of-payments-backups-${peer}-dev`, lifecycle }],
      },
    ]);
    const selection = stack.one("aws:backup/selection:Selection", region);
    expect(selection.inputs).toMatchObject({ planId: `id-of-payments-backups-${region}-dev`, iamRoleArn: `arn-of-payments-backup-${region}-dev`, resources: [table] });
    expect(selection.dependsOn.map((urn) => stack.resources.find((one) => one.urn === urn)?.type)).toContain("aws:iam/rolePolicy:RolePolicy");
  });
});

test("without a word nothing is locked and nothing of the account is changed", () => {
  expect([...stack.all(LOCK), ...stack.all(SETTINGS)]).toEqual([]);
});

test("retention and lock come from the configuration, in both regions", async () => {
  const locked = await deploy({ ...MINIMAL, "tap:backupRetentionDays": "90", "tap:vaultLock": '{"minDays":30,"maxDays":365,"changeableForDays":14}', "tap:manageAccountSettings": "true" });
  expect(locked.error).toBeUndefined();
  expect(JSON.stringify(locked.all(PLAN).map(({ inputs }) => inputs["rules"])).match(/"deleteAfter":90/g)).toHaveLength(4);
  expect(locked.all(LOCK).map(({ inputs }) => inputs)).toEqual(
    REGIONS.map(({ region }) => expect.objectContaining({ backupVaultName: `payments-backups-${region}-dev`, minRetentionDays: 30, maxRetentionDays: 365, changeableForDays: 14 }) as object),
  );
  expect(locked.all(SETTINGS).map((one) => [locked.regionOf(one), one.retainOnDelete, one.inputs["resourceTypeOptInPreference"], one.inputs["resourceTypeManagementPreference"]])).toEqual(
    REGIONS.map(({ region }) => [region, true, { DynamoDB: true }, { DynamoDB: true }]),
  );
});

test("a lock whose bounds change goes before the new one comes, which deleting it afterwards would take away", async () => {
  const locked = await deploy({ ...MINIMAL, "tap:vaultLock": '{"minDays":7}' });
  expect(locked.all(LOCK).map((one) => [one.protect, one.deleteBeforeReplace])).toEqual([[true, true], [true, true]]);
});

test("a stack without protection can be destroyed with its backups", async () => {
  const dev = await deploy({ ...MINIMAL, "tap:protect": "false" });
  expect(dev.all(VAULT).map(({ protect, inputs }) => [protect, inputs["forceDestroy"]])).toEqual([[false, true], [false, true]]);
});

test.each<[string, Record<string, string>, string[]]>([
  ["no day", { backupRetentionDays: "0" }, ["tap:backupRetentionDays: got 0; allowed 1..36500 (days); pulumi config set tap:backupRetentionDays 35"]],
  ["a cooling-off time that AWS has not", { vaultLock: '{"minDays":7,"changeableForDays":2}' }, ["tap:vaultLock.changeableForDays: got 2; allowed 3..36500 (days); pulumi config set --path tap:vaultLock.changeableForDays 14"]],
  ["a lock without its lower bound", { vaultLock: '{"maxDays":365}' }, ["tap:vaultLock.minDays: got nothing; allowed tap:vaultLock.minDays with any other part of tap:vaultLock; pulumi config set --path tap:vaultLock.minDays 7"]],
  ["backups that the lock would refuse as too short", { vaultLock: '{"minDays":60}' }, ["tap:backupRetentionDays: got 35; allowed 60..36500 (days), what tap:vaultLock takes; pulumi config set tap:backupRetentionDays 60"]],
  ["backups that the lock would refuse as too long", { backupRetentionDays: "400", vaultLock: '{"minDays":7,"maxDays":365}' }, ["tap:backupRetentionDays: got 400; allowed 7..365 (days), what tap:vaultLock takes; pulumi config set tap:backupRetentionDays 7"]],
  ["a locked stack that is to be thrown away", { protect: "false", vaultLock: '{"minDays":7}' }, ["tap:vaultLock: got a lock with tap:protect false; allowed a lock with tap:protect true: a locked vault outlives pulumi destroy; pulumi config rm tap:vaultLock"]],
])("refused before anything is made: %s", (_, raw, expected) => {
  const lines = (): string[] => {
    try {
      parseConfig({ domain: "payments.example.com", createHostedZone: "true", ...raw }, { stack: "dev", environmentSuffix: undefined });
    } catch (error) {
      if (error instanceof ConfigError) return error.message.split("\n  ").slice(1);
      throw error;
    }
    return [];
  };
  expect(lines()).toEqual(expected);
});

describe("what the roles may do", () => {
  const table = (region: string, name = "payments-table-global-dev"): string => `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${name}`;
  const vault = (region: string): string => `arn:aws:backup:${region}:${ACCOUNT}:backup-vault:payments-backups-${region}-dev`;
  const point = (region: string): string => `arn:aws:backup:${region}:${ACCOUNT}:recovery-point:1`;

  test.each(REGIONS)("in $region: its own replica, its own vault, a copy into the other's; a restore never into the live table", async ({ region, peer }) => {
    const iam = iamOf(await devGraph());
    const may = (role: string, action: string, resource: string): boolean => iam.authorize({ principal: roleArn(`payments-${role}-${region}-dev`), action, resource }) === undefined;
    const allowed: readonly (readonly [string, string, string])[] = [
      ["backup", "dynamodb:StartAwsBackupJob", table(region)],
      ["backup", "backup:CopyFromBackupVault", vault(region)],
      ["backup", "backup:CopyFromBackupVault", point(region)],
      ["backup", "backup:CopyIntoBackupVault", vault(peer)],
      ["backup", "backup:TagResource", point(region)],
      ["backup", "backup:TagResource", point(peer)],
      ["restore", "dynamodb:RestoreTableFromAwsBackup", point(region)],
      ["restore", "dynamodb:RestoreTableFromAwsBackup", table(region, "payments-restored-1")],
      ["restore", "dynamodb:PutItem", table(region, "payments-restored-1")],
    ];
    const refused: typeof allowed = [
      ["backup", "dynamodb:StartAwsBackupJob", table(peer)],
      ["backup", "dynamodb:GetItem", table(region)],
      ["backup", "backup:CopyIntoBackupVault", vault(region)],
      ["backup", "backup:DeleteRecoveryPoint", point(region)],
      ["restore", "dynamodb:PutItem", table(region)],
      ["restore", "dynamodb:RestoreTableFromAwsBackup", table(region)],
      ["restore", "dynamodb:RestoreTableFromAwsBackup", point(peer)],
      ["restore", "backup:DeleteRecoveryPoint", point(region)],
    ];
    expect(allowed.filter((question) => !may(...question))).toEqual([]);
    expect(refused.filter((question) => may(...question))).toEqual([]);
    expect(["backup.amazonaws.com", "lambda.amazonaws.com"].map((service) => iam.assume({ principal: { service }, roleArn: roleArn(`payments-restore-${region}-dev`) }) === undefined)).toEqual([true, false]);
  });

  test("keys are used by AWS's services alone", () => {
    const peer = { region: "us-east-2", vaultArn: "pv", keyArn: "pk" };
    const statements = [...backUpAndCopy({ region: "us-east-1", accountId: ACCOUNT, tableArn: "t", vaultArn: "v", keyArn: "k", peer }), ...restoreInto(["t"], ["p"], "k", "us-east-1")];
    const ofKeys = statements.filter(({ Action }) => Action.some((action) => action.startsWith("kms:")));
    // To look at a key is no use of it, and AWS Backup does that as the role itself.
    const keys = ofKeys.filter(({ Action }) => Action.join() !== "kms:DescribeKey");
    expect([ofKeys.length, keys.length]).toEqual([7, 4]);
    for (const { Condition } of keys) expect(Condition?.["StringEquals"]?.["kms:ViaService"]).toEqual(expect.arrayContaining(["backup.us-east-1.amazonaws.com", "dynamodb.us-east-1.amazonaws.com"]));
  });
});
