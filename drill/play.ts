import type { Random } from "../lambda/shared/clock";
import type { Fault } from "../twin/kernel/faults";
import type { ClientFactory } from "./client-kinds";
import { DnsOnlyClient, type DrillClient } from "./clients";
import { Recorder, type History } from "./history";
import type { OperationEnd, OperatorCommand } from "./ending";
import { Recovery } from "./recovery";
import { faultOn, type Place } from "./role-fault";
import { lastStepAt, type Flood, type Order, type Scenario, type Step } from "./scenario";
import type { Transport } from "./transport";

/** What a drill is played on. The same in real and in virtual time. */
export interface Stage {
  readonly transport: Transport;
  /** A stream of chance by name, e.g. `(name) => kernel.random(name).next`: clients do not shift each other's draws. */
  readonly random: (name: string) => Random;
  /** The failover name. */
  readonly hostname: string;
  readonly place: Place;
  /** Puts a fault in force; the answer is what `heal` takes. */
  readonly inject: (fault: Fault) => string | Promise<string>;
  /** Removes it again. */
  readonly heal: (id: string) => unknown;
  /** Gives a command as operators do. Absent: scenarios with such steps cannot be played. */
  readonly operate?: (command: OperatorCommand, force: string | undefined) => Promise<Pick<OperationEnd, "outcome" | "code" | "why">>;
  /** Puts an unreadable item into a region's table. Absent: as above. */
  readonly poison?: (role: "primary" | "secondary") => Promise<void>;
  /** Puts a document into a region's bucket. Absent: as above. */
  readonly document?: (role: "primary" | "secondary") => Promise<void>;
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
  /** The last fault was taken back. */
  readonly healedAt?: number;
  readonly operations: readonly OperationEnd[];
  readonly arrivalsEndedAt: number;
  readonly endedAt: number;
  /** `gave-up`: maxMs was over before all clients had recovered. */
  readonly ended: "recovered" | "duration" | "gave-up";
}

const TICK_MS = 250;
const FLOOD_TIMEOUT_MS = 3_000;

/** Plays a scenario on the stage's clock. Rejects only with defects: of a client, or of `inject`. */
export async function play(scenario: Scenario, stage: Stage): Promise<Played> {
  const { clock } = stage.transport;
  const recorder = new Recorder(clock);
  const clients = makeClients(scenario, stage, recorder);
  const names = clients.map(({ name }) => name);
  const recovery = new Recovery(recorder.history, names);
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
  const times: { faultAt?: number; healedAt?: number } = {};
  const director = new Director(scenario, stage);
  for (const step of scenario.steps) {
    const at = startedAt + scenario.faultAtMs + step.atMs;
    if (at > lastAt) break;
    await until(at, times.faultAt === undefined ? "steady" : "fault", never);
    const first = step.atMs >= 0 && times.faultAt === undefined;
    // Injecting takes a while in real time: calls begun from here on may fail, those begun afterwards do.
    if (first) times.faultAt = clock.now();
    await director.play(step);
    if (first) recovery.fault(clock.now());
    if ("heal" in step) times.healedAt = clock.now();
  }
  const quietSince = times.healedAt ?? times.faultAt;
  const lastStep = startedAt + (lastStepAt(scenario) ?? 0);
  const allRecovered = (): boolean => end.kind === "all-recovered" && clock.now() >= lastStep && recovery.steadyFor(clock.now(), quietSince) >= end.steadyMs;
  await until(lastAt, times.faultAt === undefined ? "steady" : "fault", allRecovered);
  const ended = end.kind === "duration" ? "duration" : allRecovered() ? "recovered" : "gave-up";

  const arrivalsEndedAt = clock.now();
  for (const client of clients) client.stopArrivals();
  await until(clock.now() + scenario.drainMs, "drain", () => outstanding() === 0);
  for (const client of clients) client.giveUp();
  await Promise.all(clients.map((client) => client.settled()));
  const operations = await director.operations();
  return { history: recorder.history, clients: names, startedAt, ...times, operations, arrivalsEndedAt, endedAt: clock.now(), ended };
}

/** Plays steps one by one and remembers what they left behind. */
class Director {
  private readonly injected = new Map<string, string[]>();
  private readonly commands: Promise<OperationEnd>[] = [];
  private readonly floods: Promise<void>[] = [];

  constructor(
    private readonly scenario: Scenario,
    private readonly stage: Stage,
  ) {}

  async play(step: Step): Promise<void> {
    const { stage, injected } = this;
    if ("inject" in step) {
      const id = await stage.inject(faultOn(step.inject, stage.place));
      injected.set(step.as, [...(injected.get(step.as) ?? []), id]);
    } else if ("heal" in step) {
      for (const id of injected.get(step.heal) ?? []) await stage.heal(id);
      injected.delete(step.heal);
    } else if ("flood" in step) {
      this.floods.push(this.flood(step.flood));
    } else if ("poison" in step) {
      if (!stage.poison) throw new Error(`scenario ${this.scenario.name} writes into the table, and this stage has no way to`);
      await stage.poison(step.poison);
    } else if ("document" in step) {
      if (!stage.document) throw new Error(`scenario ${this.scenario.name} keeps documents, and this stage has no way to`);
      await stage.document(step.document);
    } else {
      this.commands.push(this.command(step));
    }
  }

  /** Resolves when all of the operators' commands have ended. */
  async operations(): Promise<readonly OperationEnd[]> {
    await Promise.all(this.floods);
    return Promise.all(this.commands);
  }

  /** Requests do not wait for each other, and nobody looks at the answers. */
  private async flood({ role, target, perSecond, forMs, method = "GET", headers = {}, body }: Flood): Promise<void> {
    const { transport, place } = this.stage;
    const host = place.hostnames[role];
    const { address } = await transport.resolve(host);
    for (const end = transport.clock.now() + forMs; transport.clock.now() < end; await transport.clock.sleep(1000 / perSecond)) {
      transport.send(address, { method, host, target, headers, ...(body === undefined ? {} : { body }) }, FLOOD_TIMEOUT_MS).catch(() => undefined);
    }
  }

  /** The drill goes on meanwhile: a failback waits for replication. */
  private async command({ operate: operation, expect, because, force }: Order): Promise<OperationEnd> {
    const { stage, scenario } = this;
    if (!stage.operate) throw new Error(`scenario ${scenario.name} has operators' commands, and this stage has no operators`);
    const startedAt = stage.transport.clock.now();
    const end = await stage.operate(operation, force);
    return { operation, expect, ...(because === undefined ? {} : { because }), ...end, startedAt, endedAt: stage.transport.clock.now() };
  }
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
