import { CONTROL } from "../../lambda/shared/constants";
import { describeFault } from "../../platform/describe-fault";
import { readLatch } from "../../platform/latch";
import type { DeployedStack } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import type { LoggedEvent } from "../../twin/kernel/kernel";
import { dynamodb } from "../../twin/services/dynamodb/index";
import { route53 } from "../../twin/services/route53/index";
import type { Heard } from "../alarm-expectations";
import { alarmsOf, hearAlarms } from "../alarms";
import { assumptionSet, type AssumptionSetName } from "../assumptions";
import { neverRecovered } from "../cause";
import { judge, type FinalState } from "../checker";
import { followChronicle } from "../chronicle";
import { budgetKind, clientFactory, forClients, type DrillClientKind } from "../client-kinds";
import type { Ending } from "../ending";
import type { History } from "../history";
import { measure, type Timeline } from "../measure";
import { play, type Progress, type Stage } from "../play";
import type { DrillResult, Provenance } from "../report";
import type { Regions } from "../role-fault";
import { under, type Scenario } from "../scenario";
import { secondsOf } from "../series";
import type { Transport } from "../transport";
import { verdict } from "../verdict";
import { Witness } from "./final-state";
import { operators } from "./operators";
import { keepDocument } from "./document";
import { poison } from "./poison";
import { twinTokenService } from "./token-service";

export interface DrillOptions {
  readonly deployed: DeployedStack;
  readonly scenario: Scenario;
  readonly assumptions: AssumptionSetName;
  readonly seed: number;
  /** Default `dns-only`. */
  readonly client?: DrillClientKind;
  readonly onProgress?: (progress: Progress) => void;
  /** Gathers what the report page shows. It costs, so thousands of drills go without. */
  readonly story?: boolean;
  /** Hears what the checker judges. */
  readonly onCase?: (history: History, state: FinalState) => void;
  /** Hears of every event of the log, in virtual time. */
  readonly onEvent?: (event: LoggedEvent) => void;
}

/** After the faults are healed: a strong replica that was away catches up, eventual ones receive what was queued. */
const SETTLE_MS = 10_000;
/** How much longer where time costs nothing and a receipt or an event is owed: its 60 s, and time to catch up before. */
const OWED_MS = 65_000;

/** Plays a scenario on a living twin and judges it: the same in real and in virtual time. */
export async function drillOn(cloud: Cloud, transport: Transport, options: DrillOptions, time: Provenance["time"]): Promise<DrillResult> {
  const { deployed, assumptions, seed, client = "dns-only" } = options;
  const { outputs, consistency } = deployed;
  const scenario = forClients(under(options.scenario, assumptionSet(assumptions)), client);
  const alarms = alarmsOf(deployed.deployment.graph, outputs.regions, outputs.environment);
  const alarmsHeard = hearAlarms(cloud.kernel, alarms);
  if (scenario.begins !== "first-deployment") await primaryServes(cloud, outputs.hostnames.failover, outputs.regions.primary);
  const inServiceAt = cloud.kernel.now();

  const told = options.story ? followChronicle(cloud.kernel, { latch: () => observed(cloud, deployed).latch, describe: describeFault }) : undefined;
  const witness = new Witness(cloud, deployed);
  const drill = await play(scenario, {
    transport,
    random: (name) => cloud.kernel.random(name).next,
    hostname: outputs.hostnames.failover,
    client: clientFactory(client, surroundings(cloud, deployed)),
    place: { regions: regionsOf(outputs.regions), environment: outputs.environment, hostnames: outputs.hostnames },
    inject: (fault) => cloud.faults.add(fault).id,
    operate: operators(cloud, outputs),
    document: (role) => keepDocument(cloud, outputs, role),
    poison: async (role) => witness.ignore(await poison(cloud, outputs, role)),
    heal: (id) => {
      witness.beforeHealing();
      cloud.faults.remove(id);
    },
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  } satisfies Stage);
  const { faultAt } = drill;
  // Without a fault all count: a new stack may move before anybody pays.
  const since = faultAt ?? -Infinity;
  const answers = witness.answers.slice(1).filter(({ at }) => at >= since);
  const ending: Ending = { ...observed(cloud, deployed), flips: answers.length, operations: drill.operations, setAside: witness.setAside() };
  const chronicle = told?.();
  const fired = alarmsHeard(inServiceAt, faultAt);
  witness.beforeHealing();
  for (const { id } of cloud.faults.list()) cloud.faults.remove(id);
  await settle(cloud, witness, time);

  const dnsFlippedAt = answers.find(({ role }) => role === "SECONDARY")?.at;
  const state = witness.finalState();
  const heard = { fired, alarms, listenedMs: listened(drill, dnsFlippedAt) };
  const timeline = { ...drill, ...(dnsFlippedAt === undefined ? {} : { dnsFlippedAt }) };
  options.onCase?.(drill.history, state);
  const judgement = judge(drill.history, state);
  const measurement = measure(drill.history, drill.clients, judgement, timeline);
  const never = neverRecovered(drill.history, measurement.clients.filter(({ rtoMs }) => rtoMs === Infinity).map(({ process }) => process));
  return {
    scenario,
    provenance: {
      ...(time === "virtual" ? { seed } : {}),
      time,
      consistency,
      assumptions,
      client,
      config: { stack: deployed.stack, environment: outputs.environment, regions: outputs.regions, lambdaConcurrencyQuota: deployed.lambdaConcurrencyQuota },
      versions: { node: process.version, ...deployed.versions },
    },
    timeline,
    measurement,
    judgement,
    ending,
    alarms: fired,
    ...(never ? { never } : {}),
    ...(chronicle ? { story: { chronicle, seconds: secondsOf(drill.history, drill.startedAt, drill.endedAt), regions: addresses(cloud, outputs.regions) } } : {}),
    verdict: verdict(scenario, { client: budgetKind(client, scenario), consistency, assumptions }, measurement, judgement, { ending, heard }),
  };
}

const listened = ({ startedAt, faultAt = startedAt, endedAt }: Timeline, movedAt: number | undefined): Heard["listenedMs"] => ({
  sinceFault: endedAt - faultAt,
  ...(movedAt === undefined ? {} : { sinceMoved: endedAt - movedAt }),
});

function surroundings(cloud: Cloud, { outputs, apiAuth }: DeployedStack): Parameters<typeof clientFactory>[1] {
  const { hostnames, regions } = outputs;
  return {
    failoverHostname: hostnames.failover,
    hostnames: [hostnames.primary, hostnames.secondary],
    regions: [regions.primary, regions.secondary],
    tokens: apiAuth === "iam" ? twinTokenService(cloud, outputs) : undefined,
  };
}

/** Waits for what the system still has to do. In real time nobody waits for what is late: I5 judges what it saw. */
async function settle({ kernel }: Cloud, witness: Witness, time: Provenance["time"]): Promise<void> {
  await kernel.sleep(SETTLE_MS);
  if (time === "real") return;
  for (const end = kernel.now() + OWED_MS; kernel.now() < end && witness.owed(); ) await kernel.sleep(1_000);
}

/** Waits until DNS answers the primary: new inverted checks count as unhealthy at first. */
async function primaryServes(cloud: Cloud, hostname: string, primary: string): Promise<void> {
  const address = cloud.network.addressOf(primary);
  while (route53(cloud).resolve(hostname)?.address !== address) await cloud.kernel.sleep(250);
}

/** Where DNS leads now, and what the latch says: read from the twin, whatever is reachable. */
function observed(cloud: Cloud, { outputs }: DeployedStack): Pick<Ending, "serving" | "latch"> {
  const { regions, hostnames, controlTableName } = outputs;
  const region = cloud.network.regionAt(route53(cloud).resolve(hostnames.failover)?.address ?? "");
  const item = dynamodb(cloud, regions.secondary).items(controlTableName).find((each) => each[CONTROL.hashKey]?.S === CONTROL.latchId);
  return { serving: region === regions.primary ? "primary" : region === regions.secondary ? "secondary" : "nowhere", latch: readLatch(item)?.state };
}

const addresses = ({ network }: Cloud, { primary, secondary }: DeployedStack["outputs"]["regions"]): Readonly<Record<string, string>> =>
  Object.fromEntries([primary, secondary].map((region) => [network.addressOf(region) ?? region, region]));

const regionsOf = ({ primary, secondary, witness }: DeployedStack["outputs"]["regions"]): Regions => ({
  primary,
  secondary,
  ...(witness === undefined ? {} : { witness }),
});
