import type { CompiledProjection } from "./expressions/projection";
import { oneOf } from "./input";
import { validation } from "./intake";
import type { Item } from "./values";
import type { View } from "./view";

const SELECTS = ["", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES", "COUNT"] as const;

const invalid = (message: string): Error => validation(`One or more parameter values were invalid: ${message}`);

/** What a query or scan returns of each item; undefined = its count alone. Throws ValidationException. */
export function selection(select: string | undefined, projection: CompiledProjection | undefined, view: View): ((item: Item) => Item) | undefined {
  const { index } = view;
  const given = oneOf(select, "Select", SELECTS);
  if (projection) {
    if (given !== "" && given !== "SPECIFIC_ATTRIBUTES") {
      const what = given === "COUNT" ? "only the Count" : given;
      throw validation(`Cannot specify the ProjectionExpression when choosing to get ${what}`);
    }
    const lacking = projection.paths.map(([name]) => name).filter((name) => index?.projected && !index.projected.has(name));
    if (index && lacking.length > 0) {
      throw invalid(`Global secondary index ${index.definition.name} does not project [${lacking.join(", ")}]`);
    }
    return projection.pick;
  }
  if (given === "SPECIFIC_ATTRIBUTES") {
    throw validation("Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES");
  }
  if (given === "ALL_PROJECTED_ATTRIBUTES" && !index) {
    throw invalid("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  if (given === "ALL_ATTRIBUTES" && index?.projected) {
    throw invalid(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.definition.name} because its projection type is not ALL`,
    );
  }
  return given === "COUNT" ? undefined : (item) => item;
}
