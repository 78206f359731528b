import { BUDGETS } from "../budgets";
import { distribution, type Distribution } from "../statistics";
import { figure, quantity, seconds, table } from "../table";
import { REFERENCE_INTERVAL_MS, type SimulatedDrill } from "./simulation";

/** What many drills came to together. */
export interface Simulation {
  readonly drills: number;
  readonly failed: readonly SimulatedDrill[];
  /** Over all clients of drills in which a lost region's budget applies, by set of assumptions; absent where there were none. */
  readonly rtoMs: Readonly<Record<string, Distribution>>;
  /** The same as curves: [milliseconds, share of the clients that had recovered by then], 0..1. */
  readonly curves: Readonly<Record<string, readonly (readonly [number, number])[]>>;
  readonly acknowledged: number;
  /** In strong mode, whose budgets they are. */
  readonly lost: number;
  readonly doubled: number;
  /** In eventual mode, where they are counted. */
  readonly eventual: { readonly lost: number; readonly doubled: number };
  readonly byScenario: Readonly<Record<string, { readonly drills: number; readonly failed: number }>>;
  /** Budgets over all drills. */
  readonly budgets: readonly { readonly id: string; readonly what: string; readonly measured: number; readonly limit: number; readonly unit: string; readonly pass: boolean }[];
  readonly pass: boolean;
}

const sum = (drills: readonly SimulatedDrill[], take: (drill: SimulatedDrill) => number): number => drills.reduce((total, drill) => total + take(drill), 0);
const limitOf = (id: string): number => BUDGETS.find((budget) => budget.id === id)?.limit ?? 0;

const POINTS = 200;

/** At most {@link POINTS} steps of the sample's distribution; clients that never recover keep it below 1. */
function curveOf(sample: readonly number[]): readonly (readonly [number, number])[] {
  const sorted = [...sample].sort((a, b) => a - b);
  const ranks = Array.from({ length: Math.min(POINTS, sorted.length) }, (_, index, all = Math.min(POINTS, sorted.length)) => Math.ceil(((index + 1) / all) * sorted.length));
  return [[0, 0], ...ranks.flatMap((rank): [number, number][] => ((sorted[rank - 1] ?? Infinity) < Infinity ? [[sorted[rank - 1] ?? 0, rank / sorted.length]] : []))];
}

/** Pure. @param drills in any order */
export function summarise(drills: readonly SimulatedDrill[]): Simulation {
  const failed = drills.filter(({ pass }) => !pass).sort((a, b) => a.seed - b.seed);
  const strong = drills.filter(({ consistency }) => consistency === "strong");
  const eventual = drills.filter(({ consistency }) => consistency === "eventual");
  const names = [...new Set(drills.map(({ scenario }) => scenario))].sort();
  const rtoMs: Record<string, Distribution> = {};
  const curves: Record<string, Simulation["curves"][string]> = {};
  for (const set of [...new Set(drills.map(({ assumptions }) => assumptions))].sort()) {
    const recoveries = drills.filter(({ failover, assumptions }) => failover && assumptions === set).flatMap((drill) => drill.rtoMs);
    const shape = distribution(recoveries);
    if (!shape) continue;
    rtoMs[set] = shape;
    curves[set] = curveOf(recoveries);
  }
  const [lost, doubled] = [sum(strong, (drill) => drill.lost), sum(strong, (drill) => drill.doubled)];
  const asked = [
    ...Object.entries(rtoMs).map(([set, { p99 }]) => ({ id: "rto-dns-region", what: `RTO p99, region lost (${set})`, unit: "ms", measured: p99 })),
    { id: "lost-strong", what: "acknowledged payments lost, strong", unit: "payments", measured: lost },
    { id: "doubled-strong", what: "payments doubled, strong", unit: "payments", measured: doubled },
  ];
  const budgets = asked.map((line) => ({ ...line, limit: limitOf(line.id), pass: line.measured <= limitOf(line.id) }));
  return {
    drills: drills.length,
    failed,
    rtoMs,
    curves,
    acknowledged: sum(drills, (drill) => drill.acknowledged),
    lost,
    doubled,
    eventual: { lost: sum(eventual, (drill) => drill.lost), doubled: sum(eventual, (drill) => drill.doubled) },
    byScenario: Object.fromEntries(names.map((name) => {
      const of = drills.filter(({ scenario }) => scenario === name);
      return [name, { drills: of.length, failed: of.filter(({ pass }) => !pass).length }];
    })),
    budgets,
    pass: failed.length === 0 && budgets.every(({ pass }) => pass),
  };
}

/** The command that plays one drill of a simulation again, to the last event. */
export const replayCommand = ({ seed, scenario, consistency, assumptions }: SimulatedDrill): string =>
  `npm run simulate -- --seed ${seed} --drills 1 --trace --scenarios ${scenario} --consistency ${consistency} --assumptions ${assumptions}`;

const SHOWN = 20;

/** For a terminal. Pure. */
export function simulationText(simulation: Simulation): string {
  const { failed } = simulation;
  const rows = Object.entries(simulation.rtoMs).map(([set, { p50, p99, max, count }]) => [`RTO, region lost, ${set} assumptions`, seconds(p50), seconds(p99), seconds(max), figure(count)]);
  return [
    `In a model of AWS with the listed assumptions, ${simulation.drills - failed.length} of ${simulation.drills} drills met what was asked of them; ` +
      `${simulation.acknowledged} payments were acknowledged; in strong mode ${simulation.lost} were lost and ${simulation.doubled} doubled (eventual: ${simulation.eventual.lost} lost, ${simulation.eventual.doubled} doubled, counted).`,
    `Load: a payment every ${REFERENCE_INTERVAL_MS / 1000} s on average for each client, where a scenario has no load of its own; how many clients a fault must hit follows from it.`,
    table([["over all clients that were hit", "p50", "p99", "max", "clients"], ...rows]),
    table([["scenario", "drills", "failed"], ...Object.entries(simulation.byScenario).map(([name, of]) => [name, figure(of.drills), figure(of.failed)])]),
    table([["budget over all drills", "measured", "limit", "result"], ...simulation.budgets.map((line) => [line.what, quantity(line.measured, line.unit), quantity(line.limit, line.unit), line.pass ? "pass" : "FAIL"])]),
    ...failed.slice(0, SHOWN).map((drill) => [`seed ${drill.seed} FAILED (${drill.scenario}, ${drill.consistency}, ${drill.assumptions})`, ...drill.failed.map((line) => `  ${line}`), `  again: ${replayCommand(drill)}`].join("\n")),
    ...(failed.length > SHOWN ? [`and ${failed.length - SHOWN} more in the evidence`] : []),
  ].join("\n\n");
}
