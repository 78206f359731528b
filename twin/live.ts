import type { Cloud } from "./cloud";
import { ofType, type Deployment, type Graph } from "./deploy/graph";
import { RESOURCE_MODELS } from "./models/index";
import { gateway } from "./services/apigateway/index";
import { sts } from "./services/sts/index";

/** AWS would refuse the program; nothing was brought to life. Lists every refusal. */
export class DeploymentRefused extends Error {
  readonly code = "DEPLOYMENT_REFUSED";
  override readonly name = "DeploymentRefused";
  constructor(readonly refusals: Graph["refusals"]) {
    super(
      [`AWS would refuse ${refusals.length} thing(s):`]
        .concat(refusals.map(({ resource, property, code, message }) => `  ${resource}${property ? `.${property}` : ""}: ${message} [${code}]`))
        .join("\n"),
    );
  }
}

/** The regions of the program's providers, in the order in which it made them. */
export const regionsOf = (graph: Graph): readonly string[] => [
  ...new Set(ofType(graph, "pulumi:providers:aws").flatMap(({ region }) => (region === undefined ? [] : [region]))),
];

/**
 * Brings a deployment to life in a new cloud: every resource's model adds to the cloud's services what it stands for,
 * and each region's front door opens at its address.
 * @param addresses IPv4 address of each region's front door
 * @throws {DeploymentRefused}
 */
export function bringToLife({ graph, blobs }: Deployment, cloud: Cloud, addresses: ReadonlyMap<string, string>): void {
  if (graph.refusals.length > 0) throw new DeploymentRefused(graph.refusals);
  // Doors first: health checkers look for them as soon as they live.
  for (const [region, address] of addresses) {
    cloud.network.open(region, address, (request) => gateway(cloud, region).handle(request));
    // No resource stands for STS: every region has it.
    sts(cloud, region);
  }
  for (const resource of graph.resources) {
    const { inputs, outputs } = resource;
    RESOURCE_MODELS.get(resource.type)?.live?.({ inputs, outputs, resource, blobs }, cloud);
  }
}
