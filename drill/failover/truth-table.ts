import type { ConsistencyMode } from "../assumptions";

/** What decides the answer of the failover name. */
export interface Signals {
  /** Route 53's verdict on `/health` of the primary, and of the secondary. */
  readonly primary: "well" | "ill";
  readonly secondary: "well" | "ill";
  /** What Route 53 hears at `/switch`; it counts as silent when it cannot be asked. */
  readonly switch: "silent" | "evacuated";
  /** The alarm on the rate of failing payments in the primary. */
  readonly grey: "quiet" | "alarm";
}

export interface TruthRow extends Signals {
  readonly situation: string;
  /** Where DNS leads. */
  readonly answers: Readonly<Record<ConsistencyMode, "primary" | "secondary">>;
}

const PRIMARY = { strong: "primary", eventual: "primary" } as const;
const SECONDARY = { strong: "secondary", eventual: "secondary" } as const;
/**
 * The secondary's record carries its check in strong mode alone: there a return to the primary loses nothing; in
 * eventual mode only a verified failback leads back to a primary that may lack payments.
 */
const BACK_IF_STRONG = { strong: "primary", eventual: "secondary" } as const;

/** Every combination. The primary's record obeys a calculated check, of which primary, switch and grey sensor are children: one is enough. */
export const TRUTH_TABLE: readonly TruthRow[] = [
  { primary: "well", secondary: "well", switch: "silent", grey: "quiet", situation: "service as usual", answers: PRIMARY },
  { primary: "well", secondary: "ill", switch: "silent", grey: "quiet", situation: "the secondary is lost: nobody notices but its alarms", answers: PRIMARY },
  { primary: "ill", secondary: "well", switch: "silent", grey: "quiet", situation: "the primary is lost, and the latch has not heard of it yet, or is broken", answers: SECONDARY },
  { primary: "ill", secondary: "ill", switch: "silent", grey: "quiet", situation: "both are lost: nobody can serve, and healing needs no step", answers: BACK_IF_STRONG },
  { primary: "well", secondary: "well", switch: "evacuated", grey: "quiet", situation: "the primary is back, or was left needlessly, and is held out until operators fail back", answers: SECONDARY },
  { primary: "well", secondary: "ill", switch: "evacuated", grey: "quiet", situation: "the secondary falls ill while the primary is held out; in strong mode traffic returns, and the latch records the lapse", answers: BACK_IF_STRONG },
  { primary: "ill", secondary: "well", switch: "evacuated", grey: "quiet", situation: "the primary is lost and held out", answers: SECONDARY },
  { primary: "ill", secondary: "ill", switch: "evacuated", grey: "quiet", situation: "both are lost after an evacuation", answers: BACK_IF_STRONG },
  { primary: "well", secondary: "well", switch: "silent", grey: "alarm", situation: "payments fail in a primary that looks healthy", answers: SECONDARY },
  { primary: "well", secondary: "ill", switch: "silent", grey: "alarm", situation: "the same with the secondary lost: some payments still succeed in the primary", answers: BACK_IF_STRONG },
  { primary: "ill", secondary: "well", switch: "silent", grey: "alarm", situation: "the primary fails by degrees, and the latch is broken", answers: SECONDARY },
  { primary: "ill", secondary: "ill", switch: "silent", grey: "alarm", situation: "both are lost, the primary by degrees", answers: BACK_IF_STRONG },
  { primary: "well", secondary: "well", switch: "evacuated", grey: "alarm", situation: "payments fail in the primary, which is held out", answers: SECONDARY },
  { primary: "well", secondary: "ill", switch: "evacuated", grey: "alarm", situation: "the secondary falls ill while payments fail in the primary", answers: BACK_IF_STRONG },
  { primary: "ill", secondary: "well", switch: "evacuated", grey: "alarm", situation: "the primary fails by degrees and is held out", answers: SECONDARY },
  { primary: "ill", secondary: "ill", switch: "evacuated", grey: "alarm", situation: "both are lost after a grey failure", answers: BACK_IF_STRONG },
];
