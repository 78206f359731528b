import { deployStack, type DeployedStack } from "../platform/stack";
import type { Figure } from "./budgets";
import { elapsed } from "./stopwatch";

const COUNTS = [1, 2, 4];

/** The same stack under another name; the twin's stacks take no signatures. */
const environment = (name: string): Readonly<Record<string, string>> => ({ "tap:environmentSuffix": name, "tap:allowUnauthenticated": "true" });

export interface Deployments {
  readonly deployed: DeployedStack;
  readonly figures: readonly Figure[];
}

/** The whole program in the twin: the first time with bundling, then 1, 2 and 4 environments one after the other. */
export async function benchDeployment(stack: string): Promise<Deployments> {
  const first = await elapsed(() => deployStack({ stack }));
  const resources = first.value.deployment.graph.resources.length;
  const figures: Figure[] = [{ group: "deployment", what: `1 environment, functions bundled first (${resources} resources)`, value: first.ms, unit: "ms", budget: "deployment" }];
  for (const count of COUNTS) {
    const { ms } = await elapsed(async () => {
      for (let index = 1; index <= count; index += 1) await deployStack({ stack, overrides: environment(`bench${index}`) });
    });
    const name = `${count} environment${count > 1 ? "s" : ""}`;
    figures.push({ group: "deployment", what: name, value: ms, unit: "ms", ...(count === 1 ? { budget: "deployment" } : {}) });
    figures.push({ group: "deployment", what: `${name}, per resource`, value: ms / (count * resources), unit: "ms" });
  }
  return { deployed: first.value, figures };
}
