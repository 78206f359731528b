import type { Cloud } from "../twin/cloud";
import { regionsOf } from "../twin/live";
import { lambda } from "../twin/services/lambda/index";
import type { DeployedStack } from "./stack";

/** What the account has beside what the stack makes. */
export function applyQuotas(cloud: Cloud, { deployment, lambdaConcurrencyQuota }: DeployedStack): void {
  for (const region of regionsOf(deployment.graph)) lambda(cloud, region).setConcurrencyQuota(lambdaConcurrencyQuota);
}
