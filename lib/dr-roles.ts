import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AuditTable } from "./audit";
import type { Config } from "./config";
import type { ControlTable, PaymentsTable } from "./dynamo";
import { namer } from "./naming";
import { policy, type PolicyDocument, type Statement } from "./policies/document";
import { automate, operate, trustOperators, trustPeer, type DrResources } from "./policies/dr";
import type { RegionContext } from "./regions";
import type { HealthChecks } from "./route53";

/** The ARNs of a region's roles for disaster recovery. */
export interface DrRoles {
  readonly automation: pulumi.Output<string>;
  /** None when the configuration names no operators. */
  readonly operator?: pulumi.Output<string>;
}

export interface DrArgs {
  readonly accountId: pulumi.Input<string>;
  readonly table: PaymentsTable;
  /** The latch's table, of the secondary. */
  readonly control: ControlTable;
  readonly audit: AuditTable;
  readonly checks: HealthChecks;
}

/** Sessions of one hour: the shortest maximum that IAM takes. */
const SESSION_SECONDS = 3600;

const AUTOMATION = "payments-dr-automation";
const OPERATOR = "payments-dr-operator";

type DrConfig = Pick<Config, "environment" | "operators">;

/**
 * The roles of one region for disaster recovery, each limited to this region's resources. Role names are global, so the
 * region is in them. Only the peer's automation may take `automation`; what is to start it, a service, joins the trust
 * where that service is declared. `operator` is for the principals that the configuration names.
 */
export function createDrRoles(context: RegionContext, args: DrArgs, config: DrConfig): DrRoles {
  const account = pulumi.output(args.accountId);
  const resources = resourcesOf(context, args, config);
  const peerArn = account.apply((accountId) => `arn:aws:iam::${accountId}:role/${namer(context.peer, config.environment)(AUTOMATION, "role")}`);
  const automation = createRole(context, AUTOMATION, {
    trust: pulumi.all([account, peerArn]).apply(([accountId, arn]) => trustPeer(accountId, arn)),
    statements: pulumi.all([resources, peerArn]).apply(([found, arn]) => automate(found, arn)),
  });
  if (config.operators.length === 0) return { automation };
  return { automation, operator: createRole(context, OPERATOR, { trust: pulumi.output(trustOperators(config.operators)), statements: resources.apply(operate) }) };
}

/** What an output says of operators' access. */
export const operatorAccess = ({ operators }: Pick<Config, "operators">): string =>
  operators.length === 0
    ? "no operator role: tap:operators names nobody; pulumi config set --path 'tap:operators[0]' <ARN of a user or role>"
    : `operator roles for ${operators.length} principal${operators.length === 1 ? "" : "s"}, with MFA`;

/** The secondary also holds the latch: its table, and the checks that read it. */
function resourcesOf({ region, role, key }: RegionContext, { accountId, table, control, audit, checks }: DrArgs, { environment }: DrConfig): pulumi.Output<DrResources> {
  const ids = role === "primary" ? [checks.primary] : [checks.secondary, checks.switch, checks.grey, checks.failover];
  const common = { region, nameEnd: `${region}-${environment}` };
  return pulumi
    .all([accountId, table.arnIn(region), control.arn, audit.arns[role], key.arn, pulumi.all(ids)])
    .apply(([account, tableArn, controlTableArn, auditTableArn, keyArn, healthCheckIds]) => ({
      ...common,
      accountId: account,
      tableArn,
      auditTableArn,
      keyArn,
      healthCheckIds,
      ...(role === "secondary" ? { controlTableArn } : {}),
    }));
}

interface RoleArgs {
  readonly trust: pulumi.Output<PolicyDocument>;
  readonly statements: pulumi.Output<readonly Statement[]>;
}

function createRole({ name: namer, options }: RegionContext, service: string, { trust, statements }: RoleArgs): pulumi.Output<string> {
  const name = namer(service, "role");
  const role = new aws.iam.Role(
    name,
    { name, assumeRolePolicy: pulumi.jsonStringify(trust), maxSessionDuration: SESSION_SECONDS },
    options,
  );
  new aws.iam.RolePolicy(name, { name, role: role.name, policy: statements.apply((list) => JSON.stringify(policy(...list))) }, options);
  return role.arn;
}
