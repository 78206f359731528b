import type { RandomStream } from "../../kernel/random";
import type { FailoverRole, RecordSet } from "./record";

/**
 * Active-passive failover. A record without a health check counts as healthy. When neither is healthy Route 53 answers
 * the primary: a secondary that fails its own check never takes traffic. "Active-active and active-passive failover";
 * "How Amazon Route 53 chooses records when health checking is configured".
 */
export const chooseFailover = (primaryHealthy: boolean, secondaryHealthy: boolean): FailoverRole =>
  !primaryHealthy && secondaryHealthy ? "SECONDARY" : "PRIMARY";

/** What decides among records: which are healthy, and chance for weights. */
export interface Choice {
  healthy(record: RecordSet): boolean;
  /** Asked for where chance decides, and only there. */
  random(): RandomStream;
}

/** The record that Route 53 answers with out of those of one name and type; undefined for an empty group. */
export function choose(group: readonly RecordSet[], choice: Choice): RecordSet | undefined {
  const [first] = group;
  if (!first || first.routing.kind === "simple" || group.length === 1) return first;
  return first.routing.kind === "failover" ? failover(group, choice) : weighted(group, choice);
}

const ofRole = (group: readonly RecordSet[], role: FailoverRole): RecordSet | undefined =>
  group.find(({ routing }) => routing.kind === "failover" && routing.role === role);

function failover(group: readonly RecordSet[], choice: Choice): RecordSet | undefined {
  const primary = ofRole(group, "PRIMARY");
  const secondary = ofRole(group, "SECONDARY");
  if (!primary || !secondary) return primary ?? secondary;
  return chooseFailover(choice.healthy(primary), choice.healthy(secondary)) === "PRIMARY" ? primary : secondary;
}

const weightOf = ({ routing }: RecordSet): number => (routing.kind === "weighted" ? routing.weight : 0);

/**
 * Healthy records with a weight first, then healthy ones of weight 0 at equal odds; when none is healthy all count as
 * healthy. "How Amazon Route 53 chooses records when health checking is configured"; "Weighted routing".
 */
function weighted(group: readonly RecordSet[], choice: Choice): RecordSet | undefined {
  const well = group.filter((record) => choice.healthy(record));
  const random = choice.random();
  const candidates = well.length > 0 ? well : group;
  const total = candidates.reduce((sum, record) => sum + weightOf(record), 0);
  if (total === 0) return random.pick(candidates);
  let left = random.between(0, total);
  return candidates.find((record) => (left -= weightOf(record)) < 0);
}
