import { failback } from "../../ops/failback";
import { failover } from "../../ops/failover";
import type { OperationResult, OperatorAccess } from "../../ops/operator";
import { dnsAnswer, latchOf } from "../../ops/readings";
import { status } from "../../ops/status";
import type { DeployedStack } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import { virtualOperator } from "../operator";
import { faultOn } from "../role-fault";
import { drillInVirtualTime, toldIn, virtualCloud } from "../run/virtual";
import { CallBook, calledDependencies } from "./calls";
import type { Dependency } from "./dependency";
import { controlPlanesLost, recoveryWithout, type Silence } from "./faults";

/** A drill, what it came to, and what was called in it. */
export interface Observation {
  readonly name: string;
  readonly pass: boolean;
  /** For people: what it came to, or why it failed. */
  readonly outcome: string;
  readonly dependencies: readonly Dependency[];
}

/** Operators' commands as a drill gives them. `cloud` is for commands that are no part of ops/ yet. */
export type Command = (access: OperatorAccess, cloud: Cloud) => Promise<OperationResult>;

/** How operators lead traffic away and back. */
export interface Commands {
  readonly failover: Command;
  readonly failback: Command;
}

export const COMMANDS: Commands = {
  failover: (access) => failover(access, { reason: "the proof that a failover needs no control plane" }),
  failback: (access) => failback(access),
};

const SEED = 1;

/** Clients pay, the primary and every control plane go silent, until all clients have recovered; budgets are asserted. */
export async function observeRecovery(deployed: DeployedStack, mode: Silence): Promise<Observation> {
  const scenario = recoveryWithout(mode);
  let now = (): number => 0;
  const book = new CallBook(() => now());
  const { verdict, timeline, measurement } = await drillInVirtualTime({
    deployed,
    scenario,
    assumptions: "documented",
    seed: SEED,
    onLife: ({ kernel, door }) => {
      now = () => kernel.now();
      door.observe(book.observe);
    },
  });
  const failed = verdict.lines.filter(({ pass, asserted }) => asserted && !pass).map(({ id }) => id);
  const rto = measurement.rtoMs?.p99;
  const from = timeline.faultAt ?? 0;
  return {
    name: scenario.name,
    pass: verdict.pass,
    outcome: verdict.pass ? `all clients recovered${rto === undefined ? "" : `, p99 ${(rto / 1000).toFixed(1)} s`}` : `failed: ${failed.join(", ")}`,
    dependencies: calledDependencies(deployed, book.since(from), { from }),
  };
}

const IN_SERVICE_MS = 120_000;
/** Longer than a failback wants the primary to have been healthy, and the observer to have seen it. */
const HEALTHY_AGAIN_MS = 300_000;

/** Operators leave a primary that has gone silent with every control plane, and return once it is back, the control planes still silent. */
export async function observeOperators(deployed: DeployedStack, mode: Silence, commands: Commands = COMMANDS): Promise<Observation> {
  const { kernel, cloud } = virtualCloud({ deployed, seed: SEED, assumptions: "documented" });
  const book = new CallBook(() => kernel.now());
  cloud.door.observe(book.observe);
  const access = virtualOperator(cloud, deployed.outputs);
  const { regions, environment, hostnames } = deployed.outputs;
  const place = { regions, environment, hostnames };
  return toldIn(kernel, async () => {
    await inService(access);
    for (const fault of controlPlanesLost(mode)) cloud.faults.add(faultOn(fault, place));
    const lost = cloud.faults.add({ kind: "outage", region: regions.primary, mode });
    const over = { from: kernel.now(), commands: "fail over" } as const;
    const left = await commands.failover(access, cloud);
    await status(access);
    const leaving = calledDependencies(deployed, book.since(over.from), over);

    cloud.faults.remove(lost.id);
    await kernel.sleep(HEALTHY_AGAIN_MS);
    const back = { from: kernel.now(), commands: "fail back" } as const;
    const returned = await commands.failback(access, cloud);
    return {
      name: `operators-${mode}`,
      pass: left.outcome === "done" && returned.outcome === "done",
      outcome: `failover ${told(left)}, failback ${told(returned)}`,
      dependencies: [...leaving, ...calledDependencies(deployed, book.since(back.from), back)],
    };
  });
}

const told = (result: OperationResult): string => (result.outcome === "done" ? `done in ${(result.tookMs / 1000).toFixed(1)} s` : `${result.outcome}: ${result.why}`);

async function inService(access: OperatorAccess): Promise<void> {
  const { clock } = access;
  for (const until = clock.now() + IN_SERVICE_MS; clock.now() < until; await clock.sleep(1_000)) {
    const [dns, latch] = await Promise.all([dnsAnswer(access), latchOf(access).read()]);
    if (dns.role === "primary" && latch?.state === "primary") return;
  }
  throw new Error(`the stack is not in service after ${IN_SERVICE_MS / 1000} s: DNS or the latch does not say primary`);
}
