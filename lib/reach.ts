import type { GATEWAY_SERVICES } from "../rules/vpc-endpoints";
import type { FunctionName } from "./functions";

/** Interface endpoints that `tap:interfaceEndpoints` takes: what functions of such a platform may call. */
export const ENDPOINT_CHOICES = ["events", "kms", "lambda", "logs", "monitoring", "secretsmanager", "sns", "sqs", "ssm", "states", "sts"] as const;
export type EndpointChoice = (typeof ENDPOINT_CHOICES)[number];

export const NAT_MODES = ["none", "single", "perAz"] as const;
export type NatMode = (typeof NAT_MODES)[number];

/** A service behind a gateway endpoint, which every network has, or behind an interface endpoint, which costs. */
export type CalledService = (typeof GATEWAY_SERVICES)[number] | EndpointChoice;

/** Where a function stands: in the private subnets, or outside for a reason. */
export type Placement = { readonly calls: readonly CalledService[] } | { readonly outside: string };

/**
 * The AWS services that each function's own code calls, at endpoints of its own region. Not here: KMS, which DynamoDB, S3 and SNS
 * call themselves; Lambda's log lines and stream polling, which do not pass the function's interfaces; DNS, which the VPC's
 * resolver answers.
 */
export const PLACEMENTS: Readonly<Record<FunctionName, Placement>> = {
  process: { calls: ["dynamodb"] },
  read: { calls: ["dynamodb"] },
  // The verdict stands where payments stand: what cuts them off makes the region unhealthy.
  health: { calls: ["dynamodb"] },
  switch: { calls: ["dynamodb"] },
  notify: { calls: ["s3", "sns"] },
  // Outside: it asks public names and both regions, for which a subnet would need NAT, and it must not share the fate of the
  // network that it watches.
  observer: { outside: "asks both regions by their public names, and watches the network from outside it" },
  "stream-switch": { outside: "calls DynamoDB's control plane while the stack is deployed, before any endpoint is needed, and never again" },
  validate: { outside: "computes from the request alone and calls nothing; without interfaces it starts where a subnet has no address left" },
};

/** What a function's placement needs and `endpoints` do not give; nothing with NAT. */
export function missingEndpoints(nat: NatMode, endpoints: readonly EndpointChoice[]): readonly { readonly endpoint: EndpointChoice; readonly functions: readonly string[] }[] {
  if (nat !== "none") return [];
  return ENDPOINT_CHOICES.filter((endpoint) => !endpoints.includes(endpoint)).flatMap((endpoint) => {
    const functions = Object.entries(PLACEMENTS).flatMap(([name, placement]) => ("calls" in placement && placement.calls.includes(endpoint) ? [name] : []));
    return functions.length > 0 ? [{ endpoint, functions }] : [];
  });
}

/** The fewest endpoints with which every function reaches what it calls. */
export const neededEndpoints = (nat: NatMode): readonly EndpointChoice[] => missingEndpoints(nat, []).map(({ endpoint }) => endpoint);
