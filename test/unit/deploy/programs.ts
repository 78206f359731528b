import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { deploy, type DeployOptions } from "../../../twin/deploy/deploy";
import type { Deployment, GraphResource } from "../../../twin/deploy/graph";

export const ACCOUNT = "123456789012";

/** Deploys a small program of the project `shop`, stack `test`. */
export const run = (program: () => unknown, options: Partial<DeployOptions> = {}): Promise<Deployment> =>
  deploy({ program, project: "shop", stack: "test", config: {}, accountId: ACCOUNT, ...options });

/** The only resource of that logical name. */
export function named({ graph }: Deployment, name: string): GraphResource {
  const found = graph.resources.filter((resource) => resource.name === name);
  const [only] = found;
  if (!only || found.length !== 1) throw new Error(`${name}: found ${found.length} of ${graph.resources.map((resource) => resource.name).join(", ")}`);
  return only;
}

export class Shop extends pulumi.ComponentResource {
  constructor(name: string, args: pulumi.Inputs = {}, options: pulumi.ComponentResourceOptions = {}) {
    super("shop:index:Shop", name, args, options);
  }
}

export const provider = (region: string): aws.Provider => new aws.Provider(region, { region });

/** Two regions, a component, resources with edges of both kinds. */
export function twoRegions(): object {
  const [east, west] = [provider("us-east-1"), provider("us-west-2")];
  const shop = new Shop("shop", { motto: "open" }, { providers: { aws: east } });
  const topic = new aws.sns.Topic("orders", { name: "orders" }, { parent: shop, protect: true, ignoreChanges: ["displayName", "tags"] });
  const role = new aws.iam.Role("clerk", { name: "clerk", assumeRolePolicy: trust }, { provider: west });
  const far = new aws.sns.Topic("far", {}, { provider: west, retainOnDelete: true, dependsOn: [role] });
  new aws.sns.TopicSubscription("mail", { topic: topic.arn, protocol: "email", endpoint: pulumi.interpolate`orders@${far.name}.example` }, { parent: topic });
  return { topic: topic.arn, far: far.arn };
}

export const trust = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }] });
