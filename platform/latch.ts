import { UnreadableItem } from "../lambda/shared/table";
import { fromLatchItem } from "../lambda/switch/store";
import type { Item } from "../twin/services/dynamodb/index";
import type { LatchStatus } from "./status";

/** The latch as its stored item says it; `initial` where there is none. Undefined for an item that is no latch. */
export function readLatch(item: Item | undefined): LatchStatus | undefined {
  if (!item) return { state: "initial" };
  try {
    return fromLatchItem(item);
  } catch (error) {
    if (error instanceof UnreadableItem) return undefined;
    throw error;
  }
}
