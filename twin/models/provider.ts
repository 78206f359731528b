import { everyProviderIsExplicit as rule } from "../../rules/stack";
import { asGraphRule } from "./declared";

/** Regions are stated, see the rule. */
export const everyProviderIsExplicit = asGraphRule(rule);
