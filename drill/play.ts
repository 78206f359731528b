import type { Random } from "../lambda/shared/clock";
import type { Fault } from "../twin/kernel/faults";
import type { ClientFactory } from "./client-kinds";
import { DnsOnlyClient, type DrillClient } from "./clients";
import { Recorder, type History } from "./history";
import { Recovery } from "./recovery";
import { faultsOn, type Regions, type Scenario } from "./scenario";
import type { Transport } from "./transport";

/** What a drill is played on. The same in real and in virtual time. */
export interface Stage {
  readonly transport: Transport;
  /** A stream of chance by name, e.g. `(name) => kernel.random(name).next`: clients do not shift each other's draws. */
  readonly random: (name: string) => Random;
  /** The failover name. */
  readonly hostname: string;
  readonly regions: Regions;
  /** Puts a fault in force; the answer is what `heal` takes. */
  readonly inject: (fault: Fault) => string | Promise<string>;
  /** Removes it again. */
  readonly heal: (id: string) => unknown;
  /** Makes the clients; default: those that know the failover name alone and sign nothing. */
  readonly client?: ClientFactory;
  /** Start of every client's name, e.g. `drill-1`; unique among drills on one system. Default `drill`. */
  readonly prefix?: string;
  /** Called about once a second. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly phase: "warm-up" | "steady" | "fault" | "drain";
  /** Since the clients' start; 0 in the warm-up. */
  readonly elapsedMs: number;
  /** Acknowledged attempts so far. */
  readonly acknowledged: number;
  readonly outstanding: number;
  /** Clients that have paid since the fault. */
  readonly recovered: number;
  readonly clients: number;
}

export interface Played {
  readonly history: History;
  readonly clients: readonly string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly faultAt?: number;
  readonly healedAt?: number;
  readonly arrivalsEndedAt: number;
  readonly endedAt: number;
  /** `gave-up`: maxMs was over before all clients had recovered. */
  readonly ended: "recovered" | "duration" | "gave-up";
}

const TICK_MS = 250;

/** Plays a scenario on the stage's clock. Rejects only with defects: of a client, or of `inject`. */
export async function play(scenario: Scenario, stage: Stage): Promise<Played> {
  const { clock } = stage.transport;
  const recorder = new Recorder(clock);
  const clients = makeClients(scenario, stage, recorder);
  const names = clients.map(({ name }) => name);
  const recovery = new Recovery(recorder.history, names);
  const faults = faultsOn(scenario, stage.regions);
  const outstanding = (): number => clients.reduce((sum, client) => sum + client.outstanding, 0);

  let startedAt = Infinity;
  const report = reporter(stage, () => ({
    elapsedMs: Math.max(0, clock.now() - startedAt),
    acknowledged: recovery.acknowledged,
    outstanding: outstanding(),
    recovered: recovery.recovered(),
    clients: clients.length,
  }));
  const until = async (at: number, phase: Progress["phase"], done: () => boolean): Promise<void> => {
    while (clock.now() < at && !done()) {
      report(phase);
      await clock.sleep(Math.min(TICK_MS, at - clock.now()));
      recovery.update();
    }
  };
  const never = (): boolean => false;

  await until(clock.now() + scenario.warmupMs, "warm-up", never);
  startedAt = clock.now();
  for (const client of clients) client.start();

  const end = scenario.endsWhen;
  const lastAt = startedAt + Math.min(scenario.maxMs, end.kind === "duration" ? end.ms : Infinity);
  const faultDue = faults.length > 0 && startedAt + scenario.faultAtMs <= lastAt;
  const healDue = faultDue && scenario.healAtMs !== undefined;
  const times: { faultAt?: number; healedAt?: number } = {};
  const allRecovered = (): boolean =>
    end.kind === "all-recovered" && (!healDue || times.healedAt !== undefined) && recovery.steadyFor(clock.now(), times.healedAt ?? times.faultAt) >= end.steadyMs;

  await until(Math.min(lastAt, startedAt + scenario.faultAtMs), "steady", never);
  if (faultDue) {
    // Injecting takes a while in real time: calls begun from here on may fail, those begun afterwards do.
    times.faultAt = clock.now();
    const ids: string[] = [];
    for (const fault of faults) ids.push(await stage.inject(fault));
    recovery.fault(clock.now());
    if (scenario.healAtMs !== undefined) {
      await until(Math.min(lastAt, startedAt + scenario.healAtMs), "fault", never);
      for (const id of ids) await stage.heal(id);
      times.healedAt = clock.now();
    }
  }
  await until(lastAt, "fault", allRecovered);
  const ended = end.kind === "duration" ? "duration" : allRecovered() ? "recovered" : "gave-up";

  const arrivalsEndedAt = clock.now();
  for (const client of clients) client.stopArrivals();
  await until(clock.now() + scenario.drainMs, "drain", () => outstanding() === 0);
  for (const client of clients) client.giveUp();
  await Promise.all(clients.map((client) => client.settled()));
  return { history: recorder.history, clients: names, startedAt, ...times, arrivalsEndedAt, endedAt: clock.now(), ended };
}

function makeClients(scenario: Scenario, stage: Stage, recorder: Recorder): readonly DrillClient[] {
  const { transport, random, hostname, prefix = "drill" } = stage;
  const make: ClientFactory = stage.client ?? ((name, ...rest) => new DnsOnlyClient({ name, hostname }, ...rest));
  return Array.from({ length: scenario.clients }, (_, index) => {
    const name = `${prefix}-client-${index + 1}`;
    return make(name, scenario.plan, transport, random(name), recorder);
  });
}

function reporter(stage: Stage, state: () => Omit<Progress, "phase">): (phase: Progress["phase"]) => void {
  const { onProgress, transport } = stage;
  if (!onProgress) return () => undefined;
  let last = -Infinity;
  return (phase) => {
    if (transport.clock.now() - last < 1000) return;
    last = transport.clock.now();
    onProgress({ phase, ...state() });
  };
}
