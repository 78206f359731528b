import { timeToDrain } from "./backlog";
import { refusedClients, type RefusedClients } from "./cause";
import type { Judgement } from "./checker";
import { attemptsOf, logicalPayments, type History, type LogicalPayment, type PayAttempt } from "./history";
import { outagesOf, type ClientOutages, type Outage } from "./outages";
import { distribution, type Distribution } from "./statistics";

/** When things happened in a drill, epoch milliseconds. */
export interface Timeline {
  /** The clients started. */
  readonly startedAt: number;
  /** Absent in a drill without a fault. */
  readonly faultAt?: number;
  /** The authoritative DNS answer changed for the first time after the fault. Absent when it was not watched or did not. */
  readonly dnsFlippedAt?: number;
  /** The faults were removed for the first time. Absent when they stayed. */
  readonly healedAt?: number;
  /** No new payments from here on. */
  readonly arrivalsEndedAt: number;
  readonly endedAt: number;
}

/** What one client went through after the fault. */
export interface ClientRecovery {
  readonly process: string;
  /** It paid before the fault (at all, where there is none), so its silence afterwards would mean something. */
  readonly paidBefore: boolean;
  /** First failed attempt to next success, the longest such stretch; Infinity = never; undefined = no attempt failed. */
  readonly rtoMs: number | undefined;
  readonly outages: number;
}

/** Where the time of a recovery went. The three add up to the RTO of a client that recovered. */
export interface Split {
  /** From the client's first failure until DNS gave another answer. */
  readonly detectionMs: Distribution;
  /** From there until the client went to another address: caches and their TTL. */
  readonly dnsMs: Distribution;
  /** From there to its next success: backoff and the attempt itself. */
  readonly clientMs: Distribution;
}

/** One value before the fault and one from the fault on; undefined where there was nothing to measure. Without a fault all is before it. */
export interface BeforeAfter {
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** The same while clients could not pay: from the fault to the last recovery. */
export interface Goodput extends BeforeAfter {
  readonly during: number | undefined;
}

export interface Measurement {
  /** Those that the system takes at all: what is said of clients and of their payments is said of these. */
  readonly clients: readonly ClientRecovery[];
  readonly refused: RefusedClients;
  /** Over the clients that the fault hit; undefined when it hit none. */
  readonly rtoMs: Distribution | undefined;
  readonly split: Split | undefined;
  readonly rpo: {
    readonly payments: number;
    /** How long before the fault the earliest lost payment was acknowledged; Infinity for one acknowledged after it. */
    readonly ms: number;
  };
  readonly payments: { readonly made: number; readonly acknowledged: number; readonly unanswered: number };
  /** Attempts per logical payment, repeats of acknowledged ones left out: how far retries multiply the load. */
  readonly attemptsPerPayment: number | undefined;
  /** Share of attempts that succeeded. */
  readonly availability: BeforeAfter;
  /** Goodput, payments acknowledged for the first time per second: from the start to the fault, until the last recovery, and after it. */
  readonly acknowledgedPerSecond: Goodput;
  /** From the way out (DNS moved, or the fault was removed) until no payment waited for an answer; undefined where there was none. */
  readonly drainMs: number | undefined;
  /** Derivations beyond one to a payment in each region: consumers drop them. */
  readonly duplicates: Judgement["duplicates"];
  /** Returns of traffic to the primary, and those that no failback and no lapse explains. */
  readonly returns: Judgement["returns"];
  /** Share of the acknowledged payments whose receipt or event was late somewhere (I5), 0..1. */
  readonly lateShare: number;
  readonly effects: {
    /** Calls that something outside the table would have got if the function that takes payments called it each time. */
    readonly calls: number;
    /** The same to each acknowledged payment: 1 is what its owner expects. */
    readonly perPayment: number | undefined;
  };
}

/** The figures of a drill. Pure. `everyone`: every client's name, those that never got to pay too. */
export function measure(whole: History, everyone: readonly string[], judgement: Judgement, timeline: Timeline): Measurement {
  const { faultAt = Infinity } = timeline;
  const refused = refusedClients(whole, everyone);
  const clients = everyone.filter((name) => !refused.names.includes(name));
  const history = refused.names.length === 0 ? whole : whole.filter(({ process }) => !refused.names.includes(process));
  // Without a fault any outage is one, and any loss has no bound.
  const since = timeline.faultAt ?? timeline.startedAt;
  const attempts = attemptsOf(history, "pay");
  const payments = logicalPayments(history);
  const outages = outagesOf(history, clients, since);
  const acknowledged = payments.filter((payment) => firstAcknowledgedAt(payment) < Infinity);
  const paidBefore = new Set(attempts.filter((attempt) => isOk(attempt) && attempt.completedAt < faultAt).map(({ process }) => process));
  const recoveries = outages.map((client) => recovery(client, paidBefore.has(client.process)));
  return {
    clients: recoveries,
    refused,
    lateShare: ratio(judgement.late, judgement.acknowledged) ?? 0,
    rtoMs: distribution(recoveries.flatMap(({ rtoMs }) => (rtoMs === undefined ? [] : [rtoMs]))),
    split: split(outages, timeline.dnsFlippedAt),
    rpo: rpo(judgement, since),
    payments: { made: payments.length, acknowledged: acknowledged.length, unanswered: payments.length - acknowledged.length },
    attemptsPerPayment: ratio(payments.reduce((sum, payment) => sum + attemptsToAnswer(payment), 0), payments.length),
    availability: {
      before: availability(attempts.filter(({ completedAt }) => completedAt < faultAt)),
      after: availability(attempts.filter(({ completedAt }) => completedAt >= faultAt)),
    },
    acknowledgedPerSecond: throughput(acknowledged, outages, timeline),
    drainMs: drain(payments, timeline),
    duplicates: judgement.duplicates,
    returns: judgement.returns,
    effects: { calls: judgement.invocations, perPayment: ratio(judgement.invocations, acknowledged.length) },
  };
}

const lengthOf = ({ from, to }: Outage): number => to - from;

const longest = ({ outages }: ClientOutages): Outage | undefined =>
  outages.reduce<Outage | undefined>((most, outage) => (most && lengthOf(most) >= lengthOf(outage) ? most : outage), undefined);

function recovery(client: ClientOutages, paidBefore: boolean): ClientRecovery {
  const worst = longest(client);
  return { process: client.process, paidBefore, rtoMs: worst && lengthOf(worst), outages: client.outages.length };
}

/** Over the clients that recovered by going elsewhere; undefined when none did or nobody watched DNS. */
function split(clients: readonly ClientOutages[], flippedAt: number | undefined): Split | undefined {
  if (flippedAt === undefined) return undefined;
  const moved = clients.flatMap((client) => {
    const outage = longest(client);
    return outage && outage.to < Infinity && outage.movedAt <= outage.to ? [outage] : [];
  });
  const parts = moved.map(({ from, movedAt, to }) => {
    const flip = Math.min(Math.max(flippedAt, from), movedAt);
    return { detection: flip - from, dns: movedAt - flip, client: to - movedAt };
  });
  const detectionMs = distribution(parts.map(({ detection }) => detection));
  const dnsMs = distribution(parts.map(({ dns }) => dns));
  const clientMs = distribution(parts.map(({ client }) => client));
  return detectionMs && dnsMs && clientMs ? { detectionMs, dnsMs, clientMs } : undefined;
}

function rpo(judgement: Judgement, since: number): Measurement["rpo"] {
  const ages = judgement.lost.map(({ acknowledgedAt, since: lostAt = since }) => (acknowledgedAt > lostAt ? Infinity : lostAt - acknowledgedAt));
  return { payments: judgement.lost.length, ms: Math.max(0, ...ages) };
}

const isOk = ({ outcome }: PayAttempt): boolean => outcome?.type === "ok";

function firstAcknowledgedAt({ attempts }: LogicalPayment): number {
  let first = Infinity;
  for (const attempt of attempts) if (isOk(attempt) && attempt.completedAt < first) first = attempt.completedAt;
  return first;
}

function attemptsToAnswer({ attempts }: LogicalPayment): number {
  const answered = attempts.findIndex(isOk);
  return answered < 0 ? attempts.length : answered + 1;
}

const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

const availability = (attempts: readonly PayAttempt[]): number | undefined => ratio(attempts.filter(isOk).length, attempts.length);

/** After the last recovery the backlog is part of the throughput, as it is of the load. */
function throughput(acknowledged: readonly LogicalPayment[], clients: readonly ClientOutages[], timeline: Timeline): Goodput {
  const { startedAt, faultAt, arrivalsEndedAt } = timeline;
  const times = acknowledged.map(firstAcknowledgedAt);
  const perSecond = (from: number, to: number): number | undefined =>
    ratio(times.filter((at) => at >= from && at < to).length, Math.max(0, to - from) / 1000);
  if (faultAt === undefined) return { before: perSecond(startedAt, arrivalsEndedAt), during: undefined, after: undefined };
  const recovered = Math.max(faultAt, ...clients.flatMap(({ outages }) => outages.map(({ to }) => to)));
  return {
    before: perSecond(startedAt, faultAt),
    during: perSecond(faultAt, Math.min(recovered, arrivalsEndedAt)),
    after: recovered < Infinity ? perSecond(recovered, arrivalsEndedAt) : undefined,
  };
}

function drain(payments: readonly LogicalPayment[], { dnsFlippedAt = Infinity, healedAt = Infinity }: Timeline): number | undefined {
  const wayOut = Math.min(dnsFlippedAt, healedAt);
  return wayOut < Infinity ? timeToDrain(payments, wayOut) : undefined;
}
