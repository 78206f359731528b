import type { Invariant } from "../../drill/checker";
import type { Defect } from "../unit/drill/fake-system";

/*
 * Which invariants name each broken system: exactly these, so that a check that accuses too much fails too. A defect that
 * both systems have bears one name. drill/README.md tells the same from the invariants' side.
 */

/** Defects of the small payment system of test/unit/drill/fake-system.ts. */
export const CAUGHT_ON_THE_FAKE: readonly (readonly [Defect, readonly Invariant[]])[] = [
  ["keyed by attempt", ["I2", "I3", "I7"]],
  ["keyed by region", ["I2", "I3"]],
  ["acknowledged before durable", ["I1", "I3", "I7", "I8"]],
  ["replayed while pending", ["I1", "I3", "I7", "I8"]],
  ["replayed with other fields", ["I3"]],
  ["dropped after failover", ["I1", "I3", "I8"]],
  ["replica misses writes", ["I1", "I5"]],
  ["another amount charged", ["I10"]],
  ["refused but stored", ["I10"]],
  ["unknown outcome in one region only", ["I9"]],
  ["invented payments", ["I10"]],
  ["doubled in a replica", ["I2"]],
  ["conflict taken", ["I3", "I7"]],
  ["conflict acknowledged, nothing changed", ["I7"]],
  ["repeat refused as taken", ["I7"]],
  ["stale reads", ["I8"]],
  ["receipt with its time of writing", ["I2", "I4"]],
  ["receipt with another amount", ["I4"]],
  ["receipt missing in one region", ["I5"]],
  ["event missing in one region", ["I5"]],
  ["event before the item", ["I6"]],
  ["event ids drawn at random", ["I2", "I4"]],
  ["traffic returns by itself", ["I11"]],
];

/** The platform on the twin with one function, one resource or the table's model broken. */
export const CAUGHT_ON_THE_PLATFORM = {
  "keyed by attempt": ["I2", "I3", "I7"],
  "keyed by region": ["I2", "I3"],
  "acknowledged before durable": ["I1", "I3", "I7", "I8"],
  "replayed while pending": ["I1", "I3", "I7", "I8"],
  // Receipts tell the first amount.
  "conflict taken": ["I3", "I4", "I7"],
  "invented payments": ["I10"],
  "receipt with its time of writing": ["I2", "I4"],
  "event missing in one region": ["I5"],
  "event without an item": ["I6"],
  "switch that never latches": ["I11"],
  "primary that does not listen to the switch": ["I11"],
  // What is lost with its region is derived nowhere else, and what one region has alone is derived there alone.
  "acknowledged before the quorum": ["I1", "I5"],
  "unknown outcome in one region only": ["I5", "I9"],
  "stale reads": ["I8"],
} as const satisfies Readonly<Record<string, readonly Invariant[]>>;
export type BrokenPart = keyof typeof CAUGHT_ON_THE_PLATFORM;
