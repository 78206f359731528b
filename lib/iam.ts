import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, trustService, type Statement, type Condition } from "./policies/document";
import type { Site } from "./regions";

export interface ServiceRole {
  readonly arn: pulumi.Output<string>;
  /** What the role's user must wait for: a role alone permits nothing yet. */
  readonly ready: readonly pulumi.Resource[];
}

interface ServiceRoleArgs {
  readonly service: string;
  readonly trusts: string;
  readonly when?: pulumi.Input<Condition>;
  readonly statements: pulumi.Input<readonly Statement[]>;
  /** The role stays when the stack goes. Pulumi ends its name with random characters: the stack could not be made again if its role's name were taken. */
  readonly kept?: true;
}

/** A role that one AWS service takes, with one inline policy. */
export function createServiceRole({ name: namer, options }: Site, args: ServiceRoleArgs): ServiceRole {
  const name = namer(args.service, "role");
  const kept = { ...options, retainOnDelete: args.kept ?? false };
  const assumeRolePolicy = pulumi.output(args.when).apply((when) => JSON.stringify(trustService(args.trusts, when)));
  const role = new aws.iam.Role(name, { ...(args.kept ? {} : { name }), assumeRolePolicy }, kept);
  const permissions = new aws.iam.RolePolicy(
    name,
    { name, role: role.name, policy: pulumi.output(args.statements).apply((statements) => JSON.stringify(policy(...statements))) },
    kept,
  );
  return { arn: role.arn, ready: [permissions] };
}
