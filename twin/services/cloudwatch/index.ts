import type { Cloud } from "../../cloud";
import { every, type Timer } from "../../kernel/kernel";
import { route53 } from "../route53/index";
import { sns } from "../sns/index";
import { notification, reasonOf, type AlarmDefinition, type Transition } from "./alarm";
import { evaluate, EXTRA_DATAPOINTS, type AlarmState } from "./evaluate";
import { access, operations } from "./operations";
import { MINUTE_MS, type Series } from "./series";
import { statisticOf } from "./statistic";

export type { AlarmDefinition } from "./alarm";
export type { AlarmState } from "./evaluate";

/**
 * From the end of a minute to its evaluation, drawn once per alarm. Assumed: AWS says that a period of a minute is
 * evaluated every minute ("Evaluating an alarm"), and not how late a metric's minute is complete.
 */
export const EVALUATION_DELAY_MS = { low: 10_000, high: 30_000 } as const;

/** Alarms that keep their history: the newest so many transitions. */
const KEPT_TRANSITIONS = 50;

export interface AlarmStatus {
  readonly definition: AlarmDefinition;
  readonly state: AlarmState;
  readonly reason: string;
  /** Epoch milliseconds of the last change. */
  readonly since: number;
  readonly history: readonly Transition[];
}

interface Entry {
  definition: AlarmDefinition;
  /** The alarm's metric, once it has been published. */
  series: Series | undefined;
  state: AlarmState;
  reason: string;
  since: number;
  readonly history: Transition[];
  timer: Timer;
}

/** CloudWatch of one region: metrics (see MetricBoard) and the alarms on them. No composite alarms, no metric math. */
export class CloudWatch {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    cloud.publish("monitoring", region, operations(this, cloud, region), access(cloud, region));
  }

  /** Creates or changes an alarm; a new one has insufficient data until its first evaluation. */
  putAlarm(definition: AlarmDefinition): void {
    const known = this.entries.get(definition.name);
    if (known) {
      known.definition = definition;
      known.series = undefined;
      return;
    }
    const { kernel } = this.cloud;
    const { low, high } = EVALUATION_DELAY_MS;
    const delay = kernel.random("cloudwatch/evaluation").between(low, high);
    const now = kernel.now();
    const start = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS + delay;
    const entry: Entry = {
      definition,
      series: undefined,
      state: "INSUFFICIENT_DATA",
      reason: "Unchecked: Initial alarm creation",
      since: now,
      history: [],
      timer: every(kernel, start - now, MINUTE_MS, () => this.evaluate(entry)),
    };
    this.entries.set(definition.name, entry);
  }

  alarms(): readonly AlarmStatus[] {
    return [...this.entries.values()].map(({ definition, state, reason, since, history }) => ({ definition, state, reason, since, history: [...history] }));
  }

  alarm(name: string): AlarmStatus | undefined {
    return this.alarms().find(({ definition }) => definition.name === name);
  }

  private evaluate(entry: Entry): void {
    const { cloud, region } = this;
    // A region that is gone evaluates nothing and tells nobody.
    if (cloud.faults.outage(region)) return;
    const { definition, state: from } = entry;
    entry.series ??= cloud.metrics.find(region, definition.metric);
    const points = this.points(definition, entry.series);
    const to = evaluate(points, definition, from);
    if (to === from) return;
    const at = cloud.kernel.now();
    const transition = { from, to, reason: reasonOf(definition, to, points), at };
    entry.state = to;
    entry.reason = transition.reason;
    entry.since = at;
    entry.history.push(transition);
    if (entry.history.length > KEPT_TRANSITIONS) entry.history.shift();
    cloud.kernel.record("cloudwatch.alarm", { region, name: definition.name, state: to, reason: transition.reason });
    // Route 53 reads the data stream and the definition, so it comes to the same state, whatever the actions are.
    route53(cloud).setAlarmState(region, definition.name, to);
    if (definition.actionsEnabled) for (const action of definition.actions[to]) this.act(definition, transition, action);
  }

  /** The statistic of each period in the evaluation range, the last whole one at the end; undefined = no data. */
  private points({ period, statistic, evaluationPeriods }: AlarmDefinition, series: Series | undefined): readonly (number | undefined)[] {
    const minutes = Math.max(1, Math.round(period / 60));
    const end = Math.floor(this.cloud.kernel.now() / MINUTE_MS);
    const points: (number | undefined)[] = [];
    for (let left = evaluationPeriods + EXTRA_DATAPOINTS; left > 0; left -= 1) points.push(series && statisticOf(statistic, series.between(end - left * minutes, minutes)));
    return points;
  }

  /** Actions reach topics of the same region only. CloudWatch user guide, "Alarm actions". */
  private act(definition: AlarmDefinition, transition: Transition, action: string): void {
    const { cloud, region } = this;
    const subject = `${transition.to}: "${definition.name}" in ${region}`.slice(0, 100);
    const message = notification(definition, transition, region, cloud.accountId);
    const refused = sns(cloud, region).publishFromService("cloudwatch.amazonaws.com", definition.arn, { topicArn: action, subject, message });
    if (refused !== undefined) cloud.kernel.record("cloudwatch.action-failed", { region, name: definition.name, action, because: refused });
  }
}

/** CloudWatch of a region, made on first use. */
export const cloudwatch = (cloud: Cloud, region: string): CloudWatch =>
  cloud.service("cloudwatch", region, () => new CloudWatch(cloud, region));
