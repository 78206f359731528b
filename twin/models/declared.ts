import type { StackRule } from "../../rules/stack";
import type { Graph } from "../deploy/graph";
import type { GraphRule } from "./model";

/** A rule over several resources, asked of the twin's graph. */
export const asGraphRule =
  (rule: StackRule): GraphRule =>
  (graph: Graph) =>
    rule(
      graph.resources.map(({ urn, type, name, id, region, outputs, propertyDependencies, options }) => ({
        urn,
        type,
        name,
        ...(region === undefined ? {} : { region }),
        values: { ...outputs, id },
        references: propertyDependencies,
        explicitProvider: options.explicitProvider,
      })),
    );
