import type { GraphRule } from "./model";

/** A resource of the default provider goes to whatever region the machine's profile names: never what a program of two regions means. */
export const everyProviderIsExplicit: GraphRule = (graph) =>
  graph.resources
    .filter(({ type, options }) => type.startsWith("aws:") && !options.explicitProvider)
    .map(({ urn }) => ({
      code: "provider.default",
      resource: urn,
      message: "uses the default provider; pass `provider` or a `parent` that carries one, so that its region is stated",
    }));
