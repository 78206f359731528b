import { basename } from "node:path/posix";
import { CONTROL, PAYMENTS, RECEIPTS } from "../../lambda/shared/constants";
import { fromItem } from "../../lambda/shared/table";
import { readLatch } from "../../platform/latch";
import { isPayment } from "../../platform/payments";
import type { DeployedStack } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import type { LoggedEvent } from "../../twin/kernel/kernel";
import { dynamodb, type Item } from "../../twin/services/dynamodb/index";
import { route53 } from "../../twin/services/route53/index";
import { s3 } from "../../twin/services/s3/index";
import { sns } from "../../twin/services/sns/index";
import { ofType } from "../../twin/deploy/graph";
import type { FinalState, Snapshot } from "../checker";
import type { DerivedState, Interval, PublishedEvent, StoredReceipt } from "../checks/derived";
import type { Routing } from "../checks/routing";

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** Where Lambda keeps a function's discarded records. "Retaining discarded batches for a DynamoDB event source in Lambda". */
const DISCARDED = "aws/lambda/";

/** Their number; the body's `payload` is what the function was given, as JSON. */
function recordsIn(body: string): number {
  const { payload } = JSON.parse(body) as { readonly payload: string }; // as Lambda writes it, see above
  return (JSON.parse(payload) as { readonly Records: readonly unknown[] }).Records.length;
}

/** Looks on while a drill is played, and gathers what the checker judges. Changes nothing. */
export class Witness {
  private readonly regions: readonly string[];
  private readonly secondary: string;
  private readonly routing: Mutable<Routing>;
  private readonly snapshots: Snapshot[] = [];
  /** Faults in force: the regions that each makes ill, and since when. */
  private readonly faults = new Map<unknown, { readonly regions: readonly string[]; readonly from: number }>();
  private readonly ailing: Readonly<Record<string, Interval[]>>;
  private readonly stop: () => void;
  /** Items that are no payments and that nobody can read, by id. */
  private readonly foreign = new Set<string>();

  /** @param deployed alive in `cloud` */
  constructor(
    private readonly cloud: Cloud,
    private readonly deployed: DeployedStack,
  ) {
    const { primary, secondary } = deployed.outputs.regions;
    this.regions = [primary, secondary];
    this.secondary = secondary;
    this.ailing = { [primary]: [], [secondary]: [] };
    const leads = cloud.network.regionAt(route53(cloud).resolve(deployed.outputs.hostnames.failover)?.address ?? "");
    this.routing = { answers: [{ at: cloud.kernel.now(), role: leads === secondary ? "SECONDARY" : "PRIMARY" }], latch: [], secondary: [], held: [], secondaryAiledUntil: -Infinity };
    this.sampleLatch();
    this.stop = cloud.kernel.observe((event) => this.note(event));
  }

  /** The failover name's answers so far: the one at the beginning, and one for each change. */
  get answers(): Routing["answers"] {
    return this.routing.answers;
  }

  /** To be called before a fault is removed: what users could not have got back without that. */
  beforeHealing(): void {
    const { cloud, deployed, regions } = this;
    const lost = regions.filter((region) => cloud.faults.outage(region));
    if (lost.length === 0) return;
    const reachable = regions.filter((region) => !lost.includes(region));
    const since = Math.min(...[...this.faults.values()].filter((fault) => fault.regions.some((region) => lost.includes(region))).map(({ from }) => from));
    const ids = (region: string) => new Set(dynamodb(cloud, region).items(deployed.outputs.tableName).map((item) => item[PAYMENTS.hashKey]?.S ?? ""));
    this.snapshots.push({ at: cloud.kernel.now(), since, replicas: Object.fromEntries(reachable.map((region) => [region, ids(region)])) });
  }

  /** Is a payment of any replica without its receipt or its event in some region? */
  owed(): boolean {
    const { cloud, regions } = this;
    const { bucketNames, eventTopicArns } = this.deployed.outputs;
    const ids = new Set(regions.flatMap((region) => this.payments(region).map((item) => item[PAYMENTS.hashKey]?.S ?? "")));
    return regions.some((region) => {
      const receipts = new Set(s3(cloud, region).bucket(bucketNames[region]?.receipts ?? "").keys().map((key) => basename(key, ".json")));
      const events = new Set(sns(cloud, region).messages(eventTopicArns[region] ?? "").map(({ attributes }) => attributes["eventId"]?.StringValue));
      return [...ids].some((id) => !receipts.has(id) || !events.has(id));
    });
  }

  /** From now on the item under this id is known to be nobody's payment. */
  ignore(id: string): void {
    this.foreign.add(id);
  }

  /** Records of the table's stream that were given up and are kept, by region: those that Lambda put there, not their copies. */
  setAside(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.regions.map((region) => [region, this.discarded(region)]));
  }

  private discarded(region: string): number {
    const bucket = s3(this.cloud, region).bucket(this.deployed.outputs.bucketNames[region]?.receipts ?? "");
    const own = bucket.keys().filter((key) => key.startsWith(DISCARDED)).flatMap((key) => bucket.versionsOf(key).filter(({ replication }) => replication !== "REPLICA"));
    return own.reduce((sum, { content }) => sum + recordsIn(content.text), 0);
  }

  /** The items that are, or should be, payments. */
  private payments(region: string): readonly Item[] {
    const { cloud, deployed, foreign } = this;
    return dynamodb(cloud, region).items(deployed.outputs.tableName).filter((item) => isPayment(item) && !foreign.has(item[PAYMENTS.hashKey]?.S ?? ""));
  }

  /** The end. All regions are reachable again by then. */
  finalState(): FinalState {
    const { cloud, regions } = this;
    const { consistency } = this.deployed;
    this.sampleLatch();
    this.stop();
    const at = cloud.kernel.now();
    for (const id of this.faults.keys()) this.healed(id);
    const items = (region: string) => this.payments(region).map(fromItem);
    return {
      consistency,
      at,
      replicas: Object.fromEntries(regions.map((region) => [region, items(region)])),
      reachable: regions,
      snapshots: this.snapshots,
      derived: Object.fromEntries(regions.map((region) => [region, this.derived(region)])),
      routing: { ...this.routing, secondaryAiledUntil: Math.max(-Infinity, ...(this.ailing[this.secondary] ?? []).map(({ to }) => to)) },
      invocations: this.invocations(),
    };
  }

  private note({ kind, at, data }: LoggedEvent): void {
    if (kind === "fault.added") {
      this.faults.set(data["id"], { regions: this.struckBy(data), from: at });
    } else if (kind === "fault.removed") {
      this.healed(data["id"]);
    } else if (kind === "route53.answer") {
      this.routing.answers.push({ at, role: data["role"] === "SECONDARY" ? "SECONDARY" : "PRIMARY" });
      this.sampleLatch();
    } else if (kind === "route53.health") {
      const { healthCheckIds } = this.deployed.outputs;
      const healthy = data["healthy"] === true;
      if (data["id"] === healthCheckIds.secondary) this.routing.secondary.push({ at, healthy });
      // Inverted: it is unhealthy while it hears "evacuated".
      if (data["id"] === healthCheckIds.switch) this.routing.held.push({ at, held: !healthy });
      this.sampleLatch();
    }
  }

  /** The regions that a fault names; all where it names none. */
  private struckBy(fault: LoggedEvent["data"]): readonly string[] {
    const named = [fault["region"], fault["peer"]].filter((name) => name !== undefined);
    return named.length === 0 ? this.regions : this.regions.filter((region) => named.includes(region));
  }

  private healed(id: unknown): void {
    const fault = this.faults.get(id);
    this.faults.delete(id);
    for (const region of fault?.regions ?? []) {
      const list = this.ailing[region] ?? [];
      list.push({ from: fault?.from ?? 0, to: this.cloud.kernel.now() });
      list.sort((a, b) => a.from - b.from);
    }
  }

  private sampleLatch(): void {
    const { cloud, routing, deployed } = this;
    const item = dynamodb(cloud, this.secondary).items(deployed.outputs.controlTableName).find((each) => each[CONTROL.hashKey]?.S === CONTROL.latchId);
    const state = readLatch(item)?.state;
    if (state !== undefined && routing.latch.at(-1)?.state !== state) routing.latch.push({ at: cloud.kernel.now(), state });
  }

  private derived(region: string): DerivedState {
    const { cloud } = this;
    const { bucketNames, eventTopicArns } = this.deployed.outputs;
    const bucket = s3(cloud, region).bucket(bucketNames[region]?.receipts ?? "");
    // Beside receipts it keeps the records that Lambda gave up.
    const keys = bucket.keys().filter((key) => key.startsWith(RECEIPTS.prefix));
    const receipts = keys.flatMap((key) =>
      bucket.versionsOf(key).flatMap((version): StoredReceipt[] =>
        version.deleteMarker ? [] : [{ key, body: version.content.text, at: version.stamp.at, origin: version.replication === "REPLICA" ? "copied" : "derived" }],
      ),
    );
    const events = sns(cloud, region)
      .messages(eventTopicArns[region] ?? "")
      .map(({ at, message, attributes }): PublishedEvent => ({ at, message, eventId: attributes["eventId"]?.StringValue }));
    return { receipts, events, ailing: this.ailing[region] ?? [] };
  }

  /** Of the functions that take payments, as Lambda counts them. */
  private invocations(): number {
    const { cloud } = this;
    const names = ofType(this.deployed.deployment.graph, "aws:lambda/function:Function").filter(({ name }) => name.startsWith("payments-process"));
    const counts = names.map(({ region = "", inputs }) => cloud.metrics.series(region, "AWS/Lambda", "Invocations", { FunctionName: String(inputs["name"]) }).total());
    return counts.reduce((sum, count) => sum + count, 0);
  }
}
