import { vaultOf, type BackupRule } from "../../rules/backup";
import { compilePolicy, judge } from "../../rules/iam-evaluate";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";
import { admitsThrough, keyOf } from "./key-use";

const PLAN = "aws:backup/plan:Plan";
const SELECTION = "aws:backup/selection:Selection";
const VAULT = "aws:backup/vault:Vault";

/** What a key policy needs at a minimum for backups. "Encryption for backups in AWS Backup". */
const COPY_USES = ["kms:CreateGrant", "kms:GenerateDataKey", "kms:Decrypt"];

/** An action that a job does as the selection's role. */
interface Need {
  readonly action: string;
  readonly resource: string;
}

const keysOf = (graph: Graph, region: string | undefined, vault: string): readonly string[] =>
  ofType(graph, VAULT)
    .filter((one) => one.region === region && one.outputs["name"] === vault)
    .flatMap(({ inputs }) => (typeof inputs["kmsKeyArn"] === "string" ? [inputs["kmsKeyArn"]] : []));

/**
 * What jobs of DynamoDB's advanced backups need on what is known when the stack is deployed: the statements
 * DynamoDBPermissions, DynamodbBackupPermissions, BackupVaultPermissions, BackupVaultCopyPermissions, KMSPermissions and
 * RecoveryPointTaggingPermissions of AWSBackupServiceRolePolicyForBackup. "Managed policies for AWS Backup".
 */
function needs(graph: Graph, plan: GraphResource, tableArn: string): readonly Need[] {
  const [, , , region = "", accountId = ""] = tableArn.split(":");
  const point = (of: string): string => `arn:aws:backup:${of}:${accountId}:recovery-point:1`;
  const onTable = ["dynamodb:DescribeTable", "dynamodb:ListTagsOfResource", "dynamodb:StartAwsBackupJob"].map((action) => ({ action, resource: tableArn }));
  const look = (keyArns: readonly string[]): readonly Need[] => keyArns.map((resource) => ({ action: "kms:DescribeKey", resource }));
  const rules = (plan.outputs["rules"] ?? []) as readonly BackupRule[]; // PlanArgs.rules
  return rules.flatMap(({ targetVaultName, copyActions = [] }) => [
    ...onTable,
    { action: "backup:TagResource", resource: point(region) },
    ...look(keysOf(graph, region, targetVaultName)),
    ...copyActions.flatMap(({ destinationVaultArn }) => {
      const to = vaultOf(destinationVaultArn);
      if (!to) return [];
      return [
        { action: "backup:CopyFromBackupVault", resource: point(region) },
        { action: "backup:CopyIntoBackupVault", resource: destinationVaultArn },
        { action: "backup:TagResource", resource: point(to.region) },
        ...look(keysOf(graph, to.region, to.name)),
      ];
    }),
  ]);
}

/** A selection's role may do what its plan's jobs do: else they fail at night, and nobody sees it. Roles of others are not judged. */
export function selectionsPermitted(graph: Graph): readonly Refusal[] {
  return ofType(graph, SELECTION).flatMap((selection) => {
    const role = ofType(graph, "aws:iam/role:Role").find(({ outputs }) => outputs["arn"] === selection.inputs["iamRoleArn"]);
    const plan = ofType(graph, PLAN).find(({ id }) => id === selection.inputs["planId"]);
    if (!role || !plan) return [];
    const policies = ofType(graph, "aws:iam/rolePolicy:RolePolicy").filter(({ inputs }) => inputs["role"] === role.outputs["name"]).map(({ inputs }) => compilePolicy(String(inputs["policy"])));
    const arn = String(role.outputs["arn"]);
    const requester = { arn, accountId: arn.split(":")[4] ?? "" };
    const tables = ((selection.inputs["resources"] ?? []) as readonly string[]).filter((resource) => resource.includes(":dynamodb:")); // SelectionArgs.resources
    const missing = tables.flatMap((table) => needs(graph, plan, table)).filter(({ action, resource }) => judge(policies, { requester, action, resource, context: () => ({}) }) !== "allow");
    return [...new Set(missing.map(({ action, resource }) => `${action} on ${resource}`))].map((need) => ({
      code: "backup.role",
      resource: selection.urn,
      property: "iamRoleArn",
      message: `${role.name} may not do ${need}, which the jobs of ${plan.name} do: each would fail; allow it as AWSBackupServiceRolePolicyForBackup does`,
    }));
  });
}

/** "Encryption for backups in AWS Backup": copies go between regions, so the keys of both vaults admit AWS Backup from either. */
export function copiesEncrypted(graph: Graph): readonly Refusal[] {
  const refusals = ofType(graph, PLAN).flatMap((plan) => {
    const rules = (plan.outputs["rules"] ?? []) as readonly BackupRule[]; // PlanArgs.rules
    const here = plan.region ?? "";
    return rules.flatMap(({ targetVaultName, copyActions = [] }) =>
      copyActions.flatMap(({ destinationVaultArn }) => {
        const to = vaultOf(destinationVaultArn);
        if (!to || to.region === here) return [];
        const uses = [...keysOf(graph, here, targetVaultName).map((arn) => [arn, to.region] as const), ...keysOf(graph, to.region, to.name).map((arn) => [arn, here] as const)];
        return uses.flatMap(([arn, from]) => {
          const found = keyOf(graph, arn);
          if (!found || COPY_USES.every((action) => admitsThrough(found.policy, arn, action, `backup.${from}.amazonaws.com`))) return [];
          return [{ code: "backup.copy-key", resource: found.key.urn, property: "policy", message: `does not let AWS Backup of ${from} use the key (${COPY_USES.join(", ")}), so copies between the regions would fail; allow kms:ViaService backup.*.amazonaws.com` }];
        });
      }),
    );
  });
  return refusals.filter(({ resource }, index) => refusals.findIndex((other) => other.resource === resource) === index);
}
