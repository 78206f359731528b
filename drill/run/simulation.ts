import type { Consistency, DeployedStack } from "../../platform/stack";
import { randomStream } from "../../twin/kernel/random";
import type { AssumptionSetName } from "../assumptions";
import { appliesTo, deploymentKey, type Scenario } from "../scenario";
import { judged, type AlarmRef } from "../alarms";
import { ALL_SCENARIOS, scenarioNamed } from "../scenarios/index";
import type { DrillOptions } from "./stage";
import { drillInVirtualTime, type VirtualDrill } from "./virtual";

/** The reference load: 200 clients that pay 3,100 times in 180 s, so one client every 11.6 s on average. */
export const REFERENCE_INTERVAL_MS = 11_600;

/** What is drawn from; what has one member is fixed. */
export interface Space {
  readonly scenarios: readonly string[];
  readonly consistencies: readonly Consistency[];
  readonly assumptions: readonly AssumptionSetName[];
}

/** One drill of a simulation: all that decides it, with its stack. */
export interface Drawn {
  readonly seed: number;
  readonly scenario: string;
  readonly consistency: Consistency;
  readonly assumptions: AssumptionSetName;
  /** At most so many clients; default as many as the scenario has. */
  readonly clients?: number;
}

export const scenarioOf = ({ scenario }: Pick<Drawn, "scenario">): Scenario => scenarioNamed(scenario, ALL_SCENARIOS);

/** By which a drill finds its stack. */
export const keyOf = (drill: Pick<Drawn, "scenario" | "consistency">): string => deploymentKey(scenarioOf(drill), drill.consistency);

/** What a simulation keeps of a drill: plain data that passes between threads. */
export interface SimulatedDrill extends Drawn {
  readonly pass: boolean;
  /** Asserted lines that failed, as `id: what (measured, limit)`. */
  readonly failed: readonly string[];
  /** That sounded, in the order of time. */
  readonly alarms: readonly AlarmRef[];
  /** Of each client that was hit; Infinity = never. */
  readonly rtoMs: readonly number[];
  /** Whether a failover's budget applies: other drills' recoveries tell nothing of it. */
  readonly failover: boolean;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly sha256: string;
}

/** The seed decides scenario, mode and assumptions; a scenario that a mode does not fit is drawn in one that it does. */
export function draw(seed: number, { scenarios, consistencies, assumptions }: Space): Drawn {
  const chance = randomStream(seed, "simulation");
  const scenario = chance.pick(scenarios);
  const fitting = consistencies.filter((mode) => appliesTo(scenarioNamed(scenario), mode));
  return { seed, scenario, consistency: chance.pick(fitting), assumptions: chance.pick(assumptions) };
}

/** Scenarios that fit none of the modes leave the space. */
export const fittingSpace = (space: Space): Space => ({
  ...space,
  scenarios: space.scenarios.filter((name) => space.consistencies.some((mode) => appliesTo(scenarioNamed(name), mode))),
});

/** The scenario at the reference load; one that has a load of its own keeps it. */
export function atReferenceLoad(scenario: Scenario): Scenario {
  return scenario.load === "own" ? scenario : { ...scenario, plan: { ...scenario.plan, meanIntervalMs: REFERENCE_INTERVAL_MS } };
}

/** Plays one drill in this thread. Same drill and stack, same hash, in whichever thread or process. */
export async function simulate(drawn: Drawn, deployed: DeployedStack, onEvent?: DrillOptions["onEvent"]): Promise<{ readonly drill: VirtualDrill; readonly kept: SimulatedDrill }> {
  const whole = atReferenceLoad(scenarioOf(drawn));
  const scenario = { ...whole, clients: Math.min(whole.clients, drawn.clients ?? Infinity) };
  const drill = await drillInVirtualTime({ deployed, scenario, assumptions: drawn.assumptions, seed: drawn.seed, ...(onEvent ? { onEvent } : {}) });
  const { verdict, measurement, judgement, log } = drill;
  const failed = verdict.lines.filter(({ pass, asserted }) => asserted && !pass).map(({ id, what, measured, limit }) => `${id}: ${what} (${String(measured)}, limit ${limit})`);
  const alarms = judged(drill.alarms ?? []).map(({ ref }) => ref);
  const rtoMs = measurement.clients.flatMap((client) => (client.rtoMs === undefined ? [] : [client.rtoMs]));
  const failover = scenario.failure === "region-lost" && verdict.lines.some(({ id, asserted }) => id === "rto-dns-region" && asserted);
  return {
    drill,
    kept: { ...drawn, pass: verdict.pass, failed, alarms, rtoMs, failover, acknowledged: judgement.acknowledged, lost: judgement.lost.length, doubled: judgement.doubled, sha256: log.sha256 },
  };
}
