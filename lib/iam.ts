import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, trustService, type Statement, type Condition } from "./policies/document";
import type { Site } from "./regions";

export interface ServiceRole {
  readonly arn: pulumi.Output<string>;
  /** What the role's user must wait for: a role alone permits nothing yet. */
  readonly ready: readonly pulumi.Resource[];
}

/** A role that one AWS service takes, with one inline policy. */
export function createServiceRole(
  site: Site,
  args: { readonly service: string; readonly trusts: string; readonly when?: pulumi.Input<Condition>; readonly statements: pulumi.Input<readonly Statement[]> },
): ServiceRole {
  const name = site.name(args.service, "role");
  const role = new aws.iam.Role(name, { name, assumeRolePolicy: pulumi.output(args.when).apply((when) => JSON.stringify(trustService(args.trusts, when))) }, site.options);
  const permissions = new aws.iam.RolePolicy(
    name,
    { name, role: role.name, policy: pulumi.output(args.statements).apply((statements) => JSON.stringify(policy(...statements))) },
    site.options,
  );
  return { arn: role.arn, ready: [permissions] };
}
