import { attemptsOf, type History } from "./history";

/** Why clients that never recovered did not, in the words of the last answer that they got. */
export interface NeverRecovered {
  readonly clients: number;
  readonly cause: string;
}

/** API Gateway's words for a signature of another region. "Troubleshoot Signature Version 4 signing for AWS API requests" (IAM user guide). */
const SCOPE = /scoped to a valid region/;

/** @param names the clients that never recovered; undefined when there are none */
export function neverRecovered(history: History, names: readonly string[]): NeverRecovered | undefined {
  if (names.length === 0) return undefined;
  const causes = names.map((name) => {
    const last = attemptsOf(history, "pay").filter(({ process, outcome }) => process === name && outcome !== undefined && outcome.type !== "ok").at(-1)?.outcome;
    if (last === undefined || last.type === "ok") return "no answer";
    return last.value.code === "FORBIDDEN" && SCOPE.test(last.value.message) ? "signature scope" : last.value.code;
  });
  return { clients: names.length, cause: [...new Set(causes)].sort().join(", ") };
}
