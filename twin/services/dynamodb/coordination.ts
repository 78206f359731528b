import type { Version } from "./store";

/** What a replica asks the other members of its table before and after it acts. */
export interface Coordination {
  /** Before a write's condition is evaluated. Throws what keeps the replica from writing this key now. */
  beforeWrite(key: string): void;
  afterWrite(key: string, version: Version): void;
  /** Before a strongly consistent read. Throws what keeps the replica from answering it now. */
  beforeStrongRead(): void;
  /** Committed versions that the replica has not applied yet but must show to a strongly consistent read. */
  unapplied(): readonly { readonly key: string; readonly version: Version }[];
}

/** A table in one region: nobody to ask. */
export const ALONE: Coordination = {
  beforeWrite: () => undefined,
  afterWrite: () => undefined,
  beforeStrongRead: () => undefined,
  unapplied: () => [],
};
