import type { Cloud } from "../../cloud";
import type { DeployedFunction } from "./deployed";

/**
 * Bounds the functions of a region as faults of kind `concurrency` say, and refuses faults of functions that are not there.
 * @returns bounds a function that has just been deployed
 */
export function followFunctionFaults(cloud: Cloud, region: string, functions: ReadonlyMap<string, DeployedFunction>): (deployed: DeployedFunction) => void {
  const bound = ({ config, share }: DeployedFunction): void => {
    share.faultLimit = cloud.faults.concurrency(region, config.name);
  };
  cloud.faults.checkWith(({ kind, region: where, resource }) => {
    if ((kind !== "concurrency" && kind !== "clock") || where !== region || resource === undefined || functions.has(resource)) return undefined;
    return `resource: got ${JSON.stringify(resource)}; functions in ${region}: ${[...functions.keys()].join(", ") || "none"}`;
  });
  cloud.faults.onChange(() => functions.forEach(bound));
  return bound;
}
