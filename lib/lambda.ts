import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ENV } from "../lambda/shared/constants";
import type { Bundle } from "./bundles";
import type { Config } from "./config";
import type { Grant } from "./grants";
import { createServiceRole } from "./iam";
import { createLogGroup } from "./logs";
import type { FunctionNetwork } from "./network";
import { writeLogs } from "./policies/logs";
import type { Site } from "./regions";

export interface FunctionArgs {
  /** Service part of the name, e.g. `payments-process`. */
  readonly service: string;
  readonly description: string;
  readonly bundle: Bundle;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Executions at once that nothing else can take; undefined = the account's pool. */
  readonly reserved?: number | undefined;
  /** Environments that are kept initialised; undefined or 0 = none. */
  readonly provisioned?: number | undefined;
  readonly grants: readonly Grant[];
  /** Where it stands in the region's VPC; without it outside. */
  readonly network?: FunctionNetwork;
}

export interface DeployedFunction {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** What an API's integration calls. */
  readonly invokeArn: pulumi.Output<string>;
  /** The alias that {@link invokeArn} names: only its own permissions count. Absent = the function itself. */
  readonly qualifier?: string;
  /** Seconds. */
  readonly timeout: pulumi.Output<number | undefined>;
}

/** A function with its own log group and a role that allows what its grants say, and nothing else. */
export function createFunction(site: Site, args: FunctionArgs, config: Pick<Config, "logRetentionDays">): DeployedFunction {
  const name = site.name(args.service, "function");
  const logGroup = createLogGroup(site, `/aws/lambda/${name}`, config);
  const { network } = args;
  const role = createServiceRole(site, {
    service: args.service,
    trusts: "lambda.amazonaws.com",
    statements: pulumi.all([logGroup.arn.apply(writeLogs), network?.statements(name) ?? [], ...args.grants.map(({ statements }) => statements)]).apply((lists) => lists.flat()),
  });
  const { provisioned = 0 } = args;
  const deployed = new aws.lambda.Function(
    name,
    {
      name,
      description: args.description,
      role: role.arn,
      runtime: aws.lambda.Runtime.NodeJS24dX,
      architectures: ["arm64"],
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset(args.bundle.code) }),
      memorySize: args.memoryMb,
      timeout: args.timeoutSeconds,
      ...(args.reserved === undefined ? {} : { reservedConcurrentExecutions: args.reserved }),
      ...(provisioned > 0 ? { publish: true } : {}),
      ...(network === undefined ? {} : standIn(network)),
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      environment: {
        variables: Object.assign({ [ENV.BUNDLE_VERSION]: args.bundle.sha256.slice(0, 12) }, ...args.grants.map(({ variables }) => variables)),
      },
    },
    // Lambda checks the role's permissions when it makes a function, and makes the log group itself where it finds none.
    { ...site.options, dependsOn: [...role.ready, logGroup] },
  );
  return provisioned > 0 ? keptReady(site, name, deployed, provisioned) : deployed;
}

/** Environments are kept for published versions only, never for `$LATEST`: an alias follows the newest. */
const ALIAS = "live";

function keptReady({ options }: Site, name: string, deployed: aws.lambda.Function, executions: number): DeployedFunction {
  const alias = new aws.lambda.Alias(name, { name: ALIAS, functionName: deployed.name, functionVersion: deployed.version }, options);
  new aws.lambda.ProvisionedConcurrencyConfig(name, { functionName: deployed.name, qualifier: alias.name, provisionedConcurrentExecutions: executions }, options);
  return { name: deployed.name, arn: deployed.arn, invokeArn: alias.invokeArn, qualifier: ALIAS, timeout: deployed.timeout };
}

/** Its interfaces in the network; on deletion the closed group takes them over, since Lambda may keep them for 45 minutes. */
const standIn = ({ subnetIds, securityGroupId, closedGroupId }: FunctionNetwork) => ({
  vpcConfig: { subnetIds: [...subnetIds], securityGroupIds: [securityGroupId] },
  replaceSecurityGroupsOnDestroy: true,
  replacementSecurityGroupIds: [closedGroupId],
});
