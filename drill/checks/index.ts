import { acknowledgedIsStored } from "./acknowledged";
import type { Check } from "./check";
import { conflictsChangeNothing } from "./conflicts";
import { derivedFacts } from "./derived-facts";
import { derivedFromItems } from "./derived-from-items";
import { derivedInTime } from "./derived-in-time";
import { equalAnswers } from "./equal-answers";
import { noInventions } from "./no-inventions";
import { oneItemPerKey } from "./one-item";
import { strongReads } from "./reads";
import { noUnverifiedReturn } from "./returns";
import { unknownResolvesToOne } from "./unknown-resolves";

/** Every invariant that is judged, in the order of their numbers. A new one is a new file and a line here. */
export const CHECKS: readonly Check[] = [
  acknowledgedIsStored,
  oneItemPerKey,
  equalAnswers,
  derivedFacts,
  derivedInTime,
  derivedFromItems,
  conflictsChangeNothing,
  strongReads,
  unknownResolvesToOne,
  noInventions,
  noUnverifiedReturn,
];
