import { orderOf, type Entry } from "./ordered-index";
import { compareStrings } from "./values";
import type { Start } from "./view";

/** FNV-1a, 32 bits: scatters partition keys as DynamoDB's own hash does, so that no program relies on their order. */
function scatter(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

interface Place extends Start {
  readonly scattered: number;
}

export const scanPlace = (start: Start): Place => ({ ...start, scattered: scatter(start.hash) });

export const inSegment = (hash: string, { segment, total }: { readonly segment: number; readonly total: number }): boolean =>
  scatter(hash) % total === segment;

function order(a: Place, b: Place): number {
  return a.scattered - b.scattered || compareStrings(a.hash, b.hash) || orderOf(a, b);
}

/** The entries in the order of a scan, those after `start`, of the partitions that `takes` (default all). */
export function scanOrder(entries: Iterable<Entry>, takes: ((hash: string) => boolean) | undefined, start: Place | undefined): readonly Entry[] {
  const places: (Place & { readonly entry: Entry })[] = [];
  for (const entry of entries) {
    if (takes && !takes(entry.hash)) continue;
    const place = { key: entry.key, hash: entry.hash, range: entry.range, scattered: scatter(entry.hash), entry };
    if (!start || order(place, start) > 0) places.push(place);
  }
  return places.sort(order).map(({ entry }) => entry);
}
