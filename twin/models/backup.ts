import type { PlanArgs, RegionSettingsArgs, SelectionArgs, VaultArgs, VaultLockConfigurationArgs } from "@pulumi/aws/backup";
import { lockTakes, lockViolations, planViolations, selectionViolations, vaultOf, type BackupRule, type VaultLock } from "../../rules/backup";
import { nameObjection } from "../../rules/names";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";
import { copiesEncrypted, selectionsPermitted } from "./backup-graph";
import { arn, stableId } from "./ids";
import { defineModel, type ServiceModels } from "./model";

const VAULT = "aws:backup/vault:Vault";
const PLAN = "aws:backup/plan:Plan";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const SETTINGS = "aws:backup/regionSettings:RegionSettings";

/** Ids of plans and selections look like UUIDs. */
const uuid = (...parts: readonly string[]): string => {
  const hex = stableId(32, ...parts);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const vault = defineModel<VaultArgs>({
  type: VAULT,
  check({ name, kmsKeyArn }, { region }) {
    const message = name === undefined ? undefined : nameObjection("backupVault", name);
    const there = kmsKeyArn?.split(":")[3];
    return [
      ...(message === undefined ? [] : [{ code: "backup.name", property: "name", message }]),
      ...(kmsKeyArn === undefined || there === region ? [] : [{ code: "backup.key-region", property: "kmsKeyArn", message: `got ${kmsKeyArn}; allowed the ARN of a key of ${region}` }]),
    ];
  },
  outputs(inputs, { accountId, region, name }) {
    const id = inputs.name ?? name;
    return { id, outputs: { name: id, arn: arn("backup", region, accountId, `backup-vault:${id}`), recoveryPoints: 0, kmsKeyArn: inputs.kmsKeyArn ?? "" } };
  },
  replaceOn: ["name", "kmsKeyArn", "region"],
});

const plan = defineModel<PlanArgs>({
  type: PLAN,
  check: ({ name, rules }) => planViolations(name, rules),
  outputs(inputs, { accountId, region, name }) {
    const id = uuid("backup-plan", accountId, region, name);
    return { id, outputs: { name: inputs.name ?? name, arn: arn("backup", region, accountId, `backup-plan:${id}`), version: stableId(48, "version", JSON.stringify(inputs.rules)) } };
  },
  replaceOn: ["region"],
});

const selection = defineModel<SelectionArgs>({
  type: "aws:backup/selection:Selection",
  check: ({ name, iamRoleArn, resources = [] }) => selectionViolations(name, iamRoleArn, resources),
  outputs: (inputs, { accountId, region, name }) => ({ id: uuid("selection", accountId, region, inputs.planId, name), outputs: { name: inputs.name ?? name } }),
  replaceOn: ["name", "planId", "iamRoleArn", "resources", "notResources", "conditions", "selectionTags", "region"],
});

const lock = defineModel<VaultLockConfigurationArgs>({
  type: LOCK,
  check: (inputs) => lockViolations(inputs),
  outputs: ({ backupVaultName }, { accountId, region }) => ({
    id: backupVaultName,
    outputs: { backupVaultArn: arn("backup", region, accountId, `backup-vault:${backupVaultName}`) },
  }),
  replaceOn: ["backupVaultName", "changeableForDays", "maxRetentionDays", "minRetentionDays", "region"],
});

const settings = defineModel<RegionSettingsArgs>({
  type: SETTINGS,
  check: ({ resourceTypeOptInPreference: opted, resourceTypeManagementPreference: managed = {} }) =>
    // Advanced backups are backups: DynamoDB's must be opted in first.
    managed["DynamoDB"] === true && opted["DynamoDB"] !== true
      ? [{ code: "backup.opt-in", property: "resourceTypeOptInPreference", message: "got no DynamoDB: true, which resourceTypeManagementPreference needs" }]
      : [],
  outputs: (_, { region }) => ({ id: region, outputs: {} }),
  replaceOn: ["region"],
});

const rulesOf = ({ outputs }: GraphResource): readonly BackupRule[] => (outputs["rules"] ?? []) as readonly BackupRule[]; // PlanArgs.rules

/** Every recovery point that a plan makes, and the vault that it comes to. */
function arrivals(one: GraphResource): readonly { readonly region: string; readonly vault: string; readonly property: string; readonly deleteAfter: number | undefined }[] {
  return rulesOf(one).flatMap((rule, index) => [
    { region: one.region ?? "", vault: rule.targetVaultName, property: `rules[${index}].targetVaultName`, deleteAfter: rule.lifecycle?.deleteAfter },
    ...(rule.copyActions ?? []).flatMap(({ destinationVaultArn, lifecycle }, action) => {
      const to = vaultOf(destinationVaultArn);
      const property = `rules[${index}].copyActions[${action}].destinationVaultArn`;
      return to ? [{ region: to.region, vault: to.name, property, deleteAfter: lifecycle?.deleteAfter }] : [];
    }),
  ]);
}

/** Targets are there, and a locked one takes what comes: else jobs fail at night, and nobody sees it. */
function targets(graph: Graph): readonly Refusal[] {
  const at = (region: string | undefined, name: unknown): string => `${region ?? ""}/${String(name)}`;
  const vaults = new Set(ofType(graph, VAULT).map(({ region, outputs }) => at(region, outputs["name"])));
  const locks = new Map(ofType(graph, LOCK).map(({ region, outputs }) => [at(region, outputs["backupVaultName"]), outputs as VaultLock])); // VaultLockConfigurationArgs
  return ofType(graph, PLAN).flatMap((one) =>
    arrivals(one).flatMap(({ region, vault: name, property, deleteAfter }) => {
      if (!vaults.has(at(region, name))) return [{ code: "backup.vault", resource: one.urn, property, message: `got ${name} in ${region}, where the program makes no such vault` }];
      const locked = locks.get(at(region, name));
      if (!locked || lockTakes(locked, deleteAfter)) return [];
      const message = `keeps ${deleteAfter ?? "for ever"}; the vault's lock allows ${locked.minRetentionDays ?? 1}..${locked.maxRetentionDays ?? "any"} days, so every job would fail`;
      return [{ code: "backup.lock-retention", resource: one.urn, property, message }];
    }),
  );
}

/** Settings are one per account and region: two of them overwrite each other. */
const settingsOnce = (graph: Graph): readonly Refusal[] =>
  ofType(graph, SETTINGS)
    .filter(({ region }, index, all) => all.findIndex((other) => other.region === region) !== index)
    .map(({ urn, region }) => ({ code: "backup.settings-twice", resource: urn, message: `got a second one in ${region ?? ""}; allowed one per account and region` }));

/** AWS Backup: what is declared. Nothing of it lives, see README.md. */
export const backup: ServiceModels = { resources: [vault, plan, selection, lock, settings], graph: (graph) => [...targets(graph), ...selectionsPermitted(graph), ...copiesEncrypted(graph), ...settingsOnce(graph)] };
