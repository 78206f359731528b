import type { CaseFile } from "./case-file";

/** The invariants that a drill judges; numbers are shared by docs and reports. */
export type Invariant = "I1" | "I2" | "I3" | "I4" | "I5" | "I6" | "I7" | "I8" | "I9" | "I10" | "I11";

/** One finding. */
export interface Violation {
  readonly invariant: Invariant;
  readonly message: string;
  /** The payment that it is about, where it is about one. */
  readonly paymentId?: string;
  /** The calls and items that show it, as data. */
  readonly evidence: unknown;
}

/** One invariant: pure, over the finished case. */
export interface Check {
  readonly invariant: Invariant;
  /** What must hold, as a sentence. */
  readonly holds: string;
  /** Whether a breach fails the drill in eventual mode, or is only counted there (strong mode asserts all). */
  readonly inEventualMode: "asserted" | "measured";
  run(file: CaseFile): readonly Violation[];
}
