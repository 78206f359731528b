import { acknowledgedIsStored } from "./acknowledged";
import type { Check } from "./check";
import { equalAnswers } from "./equal-answers";
import { noInventions } from "./no-inventions";
import { oneItemPerKey } from "./one-item";
import { unknownResolvesToOne } from "./unknown-resolves";

/** Every invariant that is judged. A new one is a new file and a line here. */
export const CHECKS: readonly Check[] = [acknowledgedIsStored, oneItemPerKey, equalAnswers, unknownResolvesToOne, noInventions];
