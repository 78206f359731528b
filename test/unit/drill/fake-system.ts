import { isoTime } from "../../../lambda/shared/clock";
import { eventOf } from "../../../lambda/shared/event";
import { paymentIdOf } from "../../../lambda/shared/id";
import { receiptOf } from "../../../lambda/shared/receipt";
import type { FinalState } from "../../../drill/checker";
import type { Payment } from "../../../drill/history";
import { play, type Played } from "../../../drill/play";
import type { Scenario } from "../../../drill/scenario";
import type { ClientRequest, ClientResponse, Transport } from "../../../drill/transport";
import { Door } from "../../../twin/kernel/door";
import { FaultBoard } from "../../../twin/kernel/faults";
import { within } from "../../../twin/kernel/kernel";
import { VirtualKernel } from "../../../twin/kernel/virtual";

/** Ways in which a payment system can be wrong; `none` is right. */
export const DEFECTS = [
  "none",
  "keyed by attempt",
  "keyed by region",
  "acknowledged before durable",
  "replayed while pending",
  "replayed with other fields",
  "dropped after failover",
  "replica misses writes",
  "another amount charged",
  "refused but stored",
  "unknown outcome in one region only",
  "invented payments",
  "doubled in a replica",
  "conflict taken",
  "conflict acknowledged, nothing changed",
  "repeat refused as taken",
  "stale reads",
  "receipt with its time of writing",
  "receipt with another amount",
  "receipt missing in one region",
  "event missing in one region",
  "event before the item",
  "event ids drawn at random",
  "traffic returns by itself",
  "DNS never moves",
] as const;
export type Defect = (typeof DEFECTS)[number];

const ADDRESSES: Readonly<Record<string, string>> = { "10.0.0.1": "us-east-1", "10.0.0.2": "us-east-2" };
export const REGIONS = { primary: "us-east-1", secondary: "us-east-2", witness: "us-west-2" } as const;
const TTL_SECONDS = 5;
/** DNS moves so long after the outage. */
export const DETECTION_MS = 18_000;
const LAZY_WRITE_MS = 2_000;
/** So long a payment stays under way that comes to nothing. */
const PENDING_MS = 5_000;

interface Call {
  readonly region: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly key: string;
}

/** Two regions, a replicated table, failover by DNS: small enough to be read at once, with a defect if asked for. */
export class FakeSystem {
  readonly kernel: VirtualKernel;
  readonly faults: FaultBoard;
  private readonly door: Door;
  private readonly replicas = new Map<string, Map<string, Payment>>(Object.values(ADDRESSES).map((region) => [region, new Map()]));
  /** Payments told to the world that were never stored. */
  private readonly announced: Payment[] = [];
  /** Under way, by id. */
  private readonly pending = new Map<string, Payment>();
  private requests = 0;
  private lostAt = Infinity;
  /** Virtual times of lookups. */
  readonly lookups: number[] = [];

  constructor(
    seed: number,
    private readonly defect: Defect = "none",
  ) {
    this.kernel = new VirtualKernel(seed);
    this.faults = new FaultBoard(this.kernel);
    this.door = new Door(this.kernel, this.faults, () => ({ low: 15, high: 40 }));
    this.faults.onChange(() => {
      if (this.faults.outage(REGIONS.primary)) this.lostAt = Math.min(this.lostAt, this.kernel.now());
    });
  }

  readonly transport = (): Transport => ({
    clock: this.kernel,
    resolve: async () => {
      this.lookups.push(this.kernel.now());
      return { address: this.failedOver() ? "10.0.0.2" : "10.0.0.1", ttlSeconds: TTL_SECONDS };
    },
    send: (address, request, timeoutMs) => this.send(address, request, timeoutMs),
  });

  flippedAt(): number {
    return this.lostAt + DETECTION_MS;
  }

  state(consistency: FinalState["consistency"] = "strong"): FinalState {
    const replicas = Object.fromEntries([...this.replicas].map(([region, items]) => [region, [...items.values()]]));
    const health = { paymentId: "health#us-east-1", customerId: "", amount: 0, currency: "", status: "", region: "", createdAt: "" };
    replicas["us-east-1"]?.push(health);
    if (this.defect === "doubled in a replica") replicas["us-east-2"]?.push(...(replicas["us-east-2"]?.slice(0, 1) ?? []));
    const reachable = [...this.replicas.keys()].filter((region) => !this.faults.outage(region));
    return {
      consistency,
      at: this.kernel.now(),
      replicas,
      reachable,
      snapshots: [],
      derived: Object.fromEntries([...this.replicas.keys()].map((region) => [region, this.derived(region)])),
      routing: this.routing(),
      invocations: this.requests,
    };
  }

  /** Derived at once: what is derived late is another test's business. */
  private derived(region: string): FinalState["derived"][string] {
    const first = region === REGIONS.primary;
    const payments = [...(this.replicas.get(region)?.values() ?? [])];
    const missing = (defect: Defect) => (payment: Payment) => !(this.defect === defect && !first && payment.amount % 50 === 0);
    const receipts = payments.filter(missing("receipt missing in one region")).map((payment) => {
      const { key, body } = receiptOf(this.defect === "receipt with another amount" && payment.amount % 50 === 0 ? { ...payment, amount: 1 } : payment);
      const extra = this.defect === "receipt with its time of writing" ? ` ${region}` : "";
      return { key, body: body.replace("}", `}${extra}`), at: Date.parse(payment.createdAt), origin: "derived" as const };
    });
    const events = [...payments, ...this.announced].filter(missing("event missing in one region")).map((payment) => {
      const { message, attributes } = eventOf(payment, region);
      const eventId = this.defect === "event ids drawn at random" ? `${region}-${payment.paymentId}` : attributes.eventId.StringValue;
      return { eventId, message: message.replace(attributes.eventId.StringValue, eventId), at: Date.parse(payment.createdAt) };
    });
    return { receipts, events, ailing: this.lostAt < Infinity && first ? [{ from: this.lostAt, to: Infinity }] : [] };
  }

  private routing(): FinalState["routing"] {
    const flippedAt = this.flippedAt();
    const start: FinalState["routing"]["answers"][number] = { at: 0, role: "PRIMARY" };
    const quiet = { latch: [], secondary: [], held: [], secondaryAiledUntil: -Infinity };
    if (!this.failedOver()) return { ...quiet, answers: [start] };
    const back = this.defect === "traffic returns by itself" ? [{ at: flippedAt + 20_000, role: "PRIMARY" as const }] : [];
    return { ...quiet, answers: [start, { at: flippedAt, role: "SECONDARY" }, ...back] };
  }

  private failedOver(): boolean {
    return this.defect !== "DNS never moves" && this.kernel.now() >= this.flippedAt();
  }

  private async send(address: string, request: ClientRequest, timeoutMs: number): Promise<ClientResponse> {
    const region = ADDRESSES[address] ?? "nowhere";
    const route = { region, service: "apigateway", operation: request.method };
    const answer = await within(this.kernel, timeoutMs, this.door.call(route, () => this.answer(region, request)));
    if (!answer.timedOut) return answer.value;
    throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
  }

  private answer(region: string, request: ClientRequest): ClientResponse {
    if (request.method === "GET") {
      if (this.defect === "stale reads" && this.kernel.random("stale").next() < 0.2) return json(404, { error: { code: "NOT_FOUND", message: "no such payment" } });
      const item = this.replicas.get(region)?.get(request.target.split("/").at(-1) ?? "");
      return item ? json(200, item) : json(404, { error: { code: "NOT_FOUND", message: "no such payment" } });
    }
    const body = JSON.parse(request.body ?? "") as Record<string, unknown>; // what the drill's client sends
    return this.pay({ region, body, key: request.headers["Idempotency-Key"] ?? "" });
  }

  private pay(call: Call): ClientResponse {
    this.requests += 1;
    const payment = this.made(call);
    const pending = this.pending.get(payment.paymentId);
    if (pending) return json(200, pending);
    const stored = this.replicas.get(call.region)?.get(payment.paymentId);
    if (stored) {
      if (this.defect === "refused but stored" && payment.amount % 50 === 0) return unavailable("UNAVAILABLE");
      if (this.defect === "unknown outcome in one region only" && payment.amount % 50 === 0) return unavailable("OUTCOME_UNKNOWN");
      if (this.defect === "repeat refused as taken" && payment.amount % 50 === 0) return taken();
      if (stored.amount !== payment.amount) {
        if (this.defect === "conflict acknowledged, nothing changed") return json(200, stored);
        if (this.defect === "conflict taken") this.store({ ...stored, amount: payment.amount });
        return taken();
      }
      return json(200, this.defect === "replayed with other fields" ? { ...stored, createdAt: payment.createdAt } : stored);
    }
    return this.first(call.region, payment);
  }

  private first(region: string, payment: Payment): ClientResponse {
    switch (this.defect) {
      case "acknowledged before durable":
        this.kernel.after(LAZY_WRITE_MS, () => {
          if (!this.faults.outage(region)) this.store(payment);
        });
        return json(201, payment);
      case "replayed while pending":
        this.pending.set(payment.paymentId, payment);
        this.kernel.after(PENDING_MS, () => void this.pending.delete(payment.paymentId));
        return unavailable("OUTCOME_UNKNOWN");
      case "dropped after failover":
        if (region === REGIONS.primary || this.requests % 10 > 0) this.store(payment);
        return json(201, payment);
      case "replica misses writes":
        this.store(payment, this.requests % 10 > 0 ? undefined : region);
        return json(201, payment);
      case "refused but stored":
        this.store(payment);
        return payment.amount % 50 === 0 ? unavailable("UNAVAILABLE") : json(201, payment);
      case "unknown outcome in one region only":
        if (payment.amount % 50 > 0) break;
        this.store(payment, region);
        return unavailable("OUTCOME_UNKNOWN");
      case "event before the item":
        if (this.requests % 50 > 0) break;
        this.announced.push({ ...payment, paymentId: paymentIdOf(payment.customerId, `never-${this.requests}`) });
        break;
      case "invented payments":
        if (this.requests % 100 === 0) this.store({ ...payment, paymentId: paymentIdOf("nobody", String(this.requests)), customerId: "nobody" });
    }
    this.store(payment);
    return json(201, payment);
  }

  private made({ region, body, key }: Call): Payment {
    const customerId = String(body["customerId"]);
    const keys: Partial<Record<Defect, string>> = { "keyed by attempt": `${key}/${this.requests}`, "keyed by region": `${key}/${region}` };
    const amount = Number(body["amount"]) + (this.defect === "another amount charged" ? 2 : 0);
    return {
      paymentId: paymentIdOf(customerId, keys[this.defect] ?? key),
      customerId,
      amount,
      currency: String(body["currency"]),
      reference: String(body["reference"]),
      status: "ACCEPTED",
      region,
      createdAt: isoTime(this.kernel.now()),
    };
  }

  private store(payment: Payment, only?: string): void {
    for (const [region, items] of this.replicas) if (only === undefined || only === region) items.set(payment.paymentId, payment);
  }
}

const json = (status: number, body: unknown): ClientResponse => ({ status, headers: {}, body: JSON.stringify(body) });

const unavailable = (code: string): ClientResponse => ({ ...json(503, { error: { code, message: "later" } }), headers: { "Retry-After": "1" } });

const taken = (): ClientResponse => json(409, { error: { code: "IDEMPOTENCY_CONFLICT", message: "the key is taken" } });

/** Plays a scenario on a fake system in virtual time. */
export async function played(scenario: Scenario, seed: number, defect: Defect = "none"): Promise<{ readonly system: FakeSystem; readonly drill: Played }> {
  const system = new FakeSystem(seed, defect);
  const { kernel, faults } = system;
  let drill: Played | undefined;
  kernel.spawn(0, async () => {
    drill = await play(scenario, {
      transport: system.transport(),
      random: (name) => kernel.random(name).next,
      hostname: "dev.payments.test",
      place: { regions: REGIONS, environment: "dev", hostnames: { failover: "dev.payments.test", primary: "p.dev.payments.test", secondary: "s.dev.payments.test" } },
      inject: (fault) => faults.add(fault).id,
      heal: (id) => faults.remove(id),
    });
  });
  await kernel.run({ done: () => drill !== undefined });
  if (!drill) throw new Error("the drill did not end");
  return { system, drill };
}
