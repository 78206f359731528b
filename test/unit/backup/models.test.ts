import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { backup } from "../../../twin/models/backup";
import type { PlainInputs } from "../../../twin/models/model";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const place = { accountId: ACCOUNT, region: REGION, name: "thing" };

function modelOf(type: string) {
  const model = backup.resources.find((candidate) => candidate.type === type);
  if (!model) throw new Error(`no model of ${type}`);
  return model;
}
const codes = (type: string, inputs: PlainInputs): readonly string[] => modelOf(type).check(inputs, place).map(({ code, property }) => `${code} ${property ?? ""}`);

const VAULT = "aws:backup/vault:Vault";
const PLAN = "aws:backup/plan:Plan";
const SELECTION = "aws:backup/selection:Selection";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const SETTINGS = "aws:backup/regionSettings:RegionSettings";

const arnOf = (region: string, name: string): string => `arn:aws:backup:${region}:${ACCOUNT}:backup-vault:${name}`;
const vault = { name: "v", kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/k` };
const rule = {
  ruleName: "daily",
  targetVaultName: "vault",
  schedule: "cron(0 5 ? * * *)",
  startWindow: 60,
  completionWindow: 120,
  lifecycle: { coldStorageAfter: 30, deleteAfter: 120 },
  copyActions: [{ destinationVaultArn: arnOf("us-east-2", "other"), lifecycle: { deleteAfter: 35 } }],
};
const plan = (change: object = {}): PlainInputs => ({ name: "plan", rules: [{ ...rule, ...change }] });
const selection = { name: "s", planId: "p", iamRoleArn: `arn:aws:iam::${ACCOUNT}:role/r`, resources: [`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t`] };
const lock = { backupVaultName: "vault", minRetentionDays: 7, maxRetentionDays: 365, changeableForDays: 3 };
const both = { resourceTypeOptInPreference: { DynamoDB: true }, resourceTypeManagementPreference: { DynamoDB: true } };

test.each<[string, string, PlainInputs]>([
  ["a vault", VAULT, { ...vault, name: "payments-backups" }],
  ["a plan", PLAN, plan()],
  ["a plan by its defaults", PLAN, { name: "p", rules: [{ ruleName: "r", targetVaultName: "v" }] }],
  ["a plan by rate", PLAN, plan({ schedule: "rate(12 hours)" })],
  ["a selection", SELECTION, selection],
  ["a lock", LOCK, lock],
  ["a lock that can be taken away", LOCK, { backupVaultName: "vault", minRetentionDays: 7 }],
  ["settings", SETTINGS, both],
])("AWS takes %s", (_, type, inputs) => {
  expect(codes(type, inputs)).toEqual([]);
});

test.each<[string, string, PlainInputs, string]>([
  ["a vault's name of one letter", VAULT, vault, "backup.name name"],
  ["a vault under a key of another region", VAULT, { name: "vault", kmsKeyArn: `arn:aws:kms:us-east-2:${ACCOUNT}:key/k` }, "backup.key-region kmsKeyArn"],
  ["a plan's name with a space", PLAN, { ...plan(), name: "a b" }, "backup.name name"],
  ["a plan without rules", PLAN, { name: "p", rules: [] }, "backup.rules rules"],
  ["a rule's name that is too long", PLAN, plan({ ruleName: "r".repeat(51) }), "backup.name rules[0].ruleName"],
  ["a cron of five fields", PLAN, plan({ schedule: "cron(0 5 * * *)" }), "backup.schedule rules[0].schedule"],
  ["a start window below an hour", PLAN, plan({ startWindow: 30 }), "backup.window rules[0].startWindow"],
  ["no hour left to complete", PLAN, plan({ completionWindow: 100 }), "backup.window rules[0].completionWindow"],
  ["cold storage that is left too soon", PLAN, plan({ lifecycle: { coldStorageAfter: 30, deleteAfter: 119 } }), "backup.cold-storage rules[0].lifecycle.deleteAfter"],
  ["no day at all", PLAN, plan({ lifecycle: { deleteAfter: 0 } }), "backup.lifecycle rules[0].lifecycle.deleteAfter"],
  ["a copy that leaves cold storage too soon", PLAN, plan({ copyActions: [{ destinationVaultArn: arnOf("us-east-2", "other"), lifecycle: { coldStorageAfter: 1, deleteAfter: 90 } }] }), "backup.cold-storage rules[0].copyActions[0].lifecycle.deleteAfter"],
  ["a copy to a name instead of an ARN", PLAN, plan({ copyActions: [{ destinationVaultArn: "other" }] }), "backup.copy-target rules[0].copyActions[0].destinationVaultArn"],
  ["a selection's name that is none", SELECTION, { ...selection, name: "" }, "backup.name name"],
  ["a selection by a role's name", SELECTION, { ...selection, iamRoleArn: "r" }, "backup.role iamRoleArn"],
  ["a selection of a name", SELECTION, { ...selection, resources: ["payments"] }, "backup.resource resources[0]"],
  ["a cooling-off time of two days", LOCK, { ...lock, changeableForDays: 2 }, "backup.lock changeableForDays"],
  ["a lock below a day", LOCK, { ...lock, minRetentionDays: 0 }, "backup.lock minRetentionDays"],
  ["a lock's bounds the wrong way round", LOCK, { ...lock, maxRetentionDays: 6 }, "backup.lock maxRetentionDays"],
  ["management without opt-in", SETTINGS, { ...both, resourceTypeOptInPreference: { DynamoDB: false } }, "backup.opt-in resourceTypeOptInPreference"],
])("AWS refuses %s", (_, type, inputs, expected) => {
  expect(codes(type, inputs)).toEqual([expected]);
});

describe("across a graph", () => {
  const resource = (type: string, urn: string, region: string, outputs: PlainInputs): GraphResource => ({
    urn, type, name: urn, id: urn, region, inputs: outputs, outputs, dependsOn: [], propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  });
  const refusals = (...resources: GraphResource[]): readonly string[] =>
    (backup.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code, resource: urn, property }) => `${code} ${urn} ${property ?? ""}`);
  const own = resource(VAULT, "own", REGION, { name: "vault" });
  const other = resource(VAULT, "other", "us-east-2", { name: "other" });
  const daily = resource(PLAN, "plan", REGION, plan());

  test("a plan whose vaults are there is taken", () => {
    expect(refusals(own, other, daily)).toEqual([]);
  });

  test.each<[string, readonly GraphResource[], readonly string[]]>([
    ["a vault of the other region is no target", [resource(VAULT, "own", "us-east-2", { name: "vault" }), other, daily], ["backup.vault plan rules[0].targetVaultName"]],
    ["nor can copies go to a vault that nobody makes", [own, daily], ["backup.vault plan rules[0].copyActions[0].destinationVaultArn"]],
    ["a lock refuses what ends too soon", [own, other, daily, resource(LOCK, "lock", "us-east-2", { backupVaultName: "other", minRetentionDays: 36 })], ["backup.lock-retention plan rules[0].copyActions[0].destinationVaultArn"]],
    ["a lock refuses what stays too long", [own, other, daily, resource(LOCK, "lock", REGION, { backupVaultName: "vault", maxRetentionDays: 100 })], ["backup.lock-retention plan rules[0].targetVaultName"]],
    ["settings exist once in a region", [resource(SETTINGS, "a", REGION, both), resource(SETTINGS, "b", "us-east-2", both), resource(SETTINGS, "c", REGION, both)], ["backup.settings-twice c "]],
  ])("%s", (_, resources, expected) => {
    expect(refusals(...resources)).toEqual(expected);
  });

  describe("keys that admit AWS Backup of their own region alone are refused where copies go between regions: each copy would fail", () => {
    const keyArn = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/k`;
    const key = (region: string, services: string): GraphResource => ({
      ...resource("aws:kms/key:Key", `key-${region}`, region, {
        policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*", Condition: { StringLike: { "kms:ViaService": services } } }] }),
      }),
      outputs: { arn: keyArn(region) },
    });
    const vaults = [resource(VAULT, "own", REGION, { name: "vault", kmsKeyArn: keyArn(REGION) }), resource(VAULT, "other", "us-east-2", { name: "other", kmsKeyArn: keyArn("us-east-2") })];
    const [EVERYWHERE, HOME, THERE] = ["backup.*.amazonaws.com", `backup.${REGION}.amazonaws.com`, "backup.us-east-2.amazonaws.com"];

    test.each<[string, string, string, readonly string[]]>([
      ["both admit it from everywhere", EVERYWHERE, EVERYWHERE, []],
      ["the copies' key does not", EVERYWHERE, THERE, ["backup.copy-key key-us-east-2 policy"]],
      ["the backups' key does not", HOME, EVERYWHERE, ["backup.copy-key key-us-east-1 policy"]],
    ])("%s: %s, %s", (_, own, copies, expected) => {
      expect(refusals(key(REGION, own), key("us-east-2", copies), ...vaults, daily)).toEqual(expected);
    });
  });

  describe("a selection's role that lacks what a job does is refused: else nobody sees that there is no backup", () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/r`;
    const point = (region: string): string => `arn:aws:backup:${region}:${ACCOUNT}:recovery-point:*`;
    const key = (region: string): string => `arn:aws:kms:${region}:${ACCOUNT}:key/k`;
    const vaults = [resource(VAULT, "own", REGION, { name: "vault", kmsKeyArn: key(REGION) }), resource(VAULT, "other", "us-east-2", { name: "other", kmsKeyArn: key("us-east-2") })];
    const permissions: readonly (readonly [string, string])[] = [
      ["dynamodb:*", "*"],
      ["backup:CopyFromBackupVault", point(REGION)],
      ["backup:CopyIntoBackupVault", arnOf("us-east-2", "other")],
      ["backup:TagResource", point(REGION)],
      ["backup:TagResource", point("us-east-2")],
      ["kms:DescribeKey", key(REGION)],
      ["kms:DescribeKey", key("us-east-2")],
    ];
    const declared = (left: readonly (readonly [string, string])[], condition?: object): readonly GraphResource[] => [
      ...vaults,
      { ...daily, id: "p" },
      { ...resource("aws:iam/role:Role", "role", REGION, {}), outputs: { arn: roleArn, name: "r" } },
      resource("aws:iam/rolePolicy:RolePolicy", "policy", REGION, { role: "r", policy: JSON.stringify({ Version: "2012-10-17", Statement: left.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource, ...(condition && Action.startsWith("kms:") ? { Condition: condition } : {}) })) }) }),
      resource(SELECTION, "selection", REGION, selection),
    ];

    test("with all of them it is taken", () => expect(refusals(...declared(permissions))).toEqual([]));

    test.each(permissions.map(([action, on]) => [`${action} on ${on}`]))("without %s", (left) => {
      expect([...new Set(refusals(...declared(permissions.filter(([action, on]) => `${action} on ${on}` !== left))))]).toEqual(["backup.role selection iamRoleArn"]);
    });

    test("with keys that it may look at through a service alone, as AWS Backup does not", () => {
      const through = { StringEquals: { "kms:ViaService": `backup.${REGION}.amazonaws.com` } };
      expect(refusals(...declared(permissions, through))).toEqual(["backup.role selection iamRoleArn", "backup.role selection iamRoleArn"]);
    });

    test("a role of another program is not judged", () => expect(refusals(...declared(permissions).filter(({ type }) => !type.includes("iam/role:")))).toEqual([]));
  });
});
