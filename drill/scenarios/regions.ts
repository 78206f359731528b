import type { Scenario } from "../scenario";
import { EVACUATED, FAILOVER, lasting, NOBODY_HEALTHY, UNFELT } from "./base";

const PRIMARY_REFUSES = { kind: "outage", role: "primary", mode: "refuse" } as const;
const SECONDARY_REFUSES = { kind: "outage", role: "secondary", mode: "refuse" } as const;

const regionLost: Scenario = {
  ...FAILOVER,
  name: "region-lost",
  what: "the primary region is gone; connections to it are refused",
  failure: "region-lost",
  steps: [{ atMs: 0, inject: PRIMARY_REFUSES, as: "lost" }],
  expects: EVACUATED,
};

/** Whole regions, lost and coming back. */
export const REGIONS: readonly Scenario[] = [
  regionLost,
  {
    ...regionLost,
    name: "region-vanishes",
    what: "the primary region is gone; packets to it vanish",
    steps: [{ atMs: 0, inject: { ...PRIMARY_REFUSES, mode: "vanish" }, as: "lost" }],
  },
  {
    ...lasting(150_000),
    name: "region-back",
    what: "the primary region is gone for a minute and comes back; traffic stays where it is",
    failure: "region-lost",
    steps: [
      { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
      { atMs: 60_000, heal: "lost" },
    ],
    expects: EVACUATED,
  },
  {
    ...lasting(180_000),
    name: "flapping",
    what: "the primary region is gone for 20 s and back for 20 s, three times; the latch keeps traffic from following",
    steps: [0, 40_000, 80_000].flatMap((atMs) => [
      { atMs, inject: PRIMARY_REFUSES, as: `lost-${atMs}` },
      { atMs: atMs + 20_000, heal: `lost-${atMs}` },
    ]),
    expects: { hit: { failingMs: 10_000 }, recovered: "all", flips: { atMost: 3 } },
  },
  {
    ...lasting(60_000),
    name: "secondary-lost",
    what: "the secondary region is gone for half a minute; payers of the primary do not feel it",
    steps: [
      { atMs: 0, inject: SECONDARY_REFUSES, as: "lost" },
      { atMs: 30_000, heal: "lost" },
    ],
    expects: UNFELT,
  },
  {
    ...lasting(90_000),
    name: "both-lost",
    what: "both regions are gone: nobody can serve, and nothing acknowledged is lost",
    steps: [
      { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
      { atMs: 0, inject: SECONDARY_REFUSES, as: "lost" },
    ],
    expects: { hit: { failingMs: 60_000 }, recovered: "none", serving: "primary", availability: { atMost: 0 }, measured: NOBODY_HEALTHY },
    // There the secondary's record carries no check: Route 53 answers it as long as the primary is out.
    inEventualMode: { serving: "secondary" },
  },
  {
    ...FAILOVER,
    name: "both-lost-and-back",
    what: "both regions are gone for a minute and come back; payments go on without anybody's help",
    steps: [
      { atMs: 0, inject: PRIMARY_REFUSES, as: "lost" },
      { atMs: 0, inject: SECONDARY_REFUSES, as: "lost" },
      { atMs: 60_000, heal: "lost" },
    ],
    expects: { hit: { failingMs: 50_000 }, recovered: "all", measured: NOBODY_HEALTHY },
  },
];
