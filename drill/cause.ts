import { attemptsOf, type Failure, type History } from "./history";

/** Why clients that never recovered did not, in the words of the last answer that they got. */
export interface NeverRecovered {
  readonly clients: number;
  readonly cause: string;
}

/** Clients that the system never took: whatever answer they got was a 403, before the fault and after it. */
export interface RefusedClients {
  readonly names: readonly string[];
  /** Each reason once, in the words of {@link whyForbidden}. */
  readonly causes: readonly string[];
}

/** API Gateway's words. "Troubleshoot Signature Version 4 signing for AWS API requests" (IAM user guide). */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/scoped to a valid region/, "signature scope"],
  [/^Signature (expired|not yet current)/, "signature date"],
  [/security token .* expired/, "token expired"],
  [/security token .* invalid/, "token invalid"],
];

/** Why a signed request was answered 403, in two words. */
const whyForbidden = ({ code, message }: Failure): string => FORBIDDEN.find(([words]) => code === "FORBIDDEN" && words.test(message))?.[1] ?? code;

/** The clients among `names` that were answered, and 403 each time. */
export function refusedClients(history: History, names: readonly string[]): RefusedClients {
  const forbidden = new Map<string, Set<string>>();
  const taken = new Set<string>();
  for (const { process, outcome } of attemptsOf(history, "pay")) {
    if (outcome?.value.status === undefined) continue;
    if (outcome.type === "ok" || outcome.value.status !== 403) taken.add(process);
    else forbidden.set(process, (forbidden.get(process) ?? new Set()).add(whyForbidden(outcome.value)));
  }
  const refused = names.filter((name) => forbidden.has(name) && !taken.has(name));
  return { names: refused, causes: [...new Set(refused.flatMap((name) => [...(forbidden.get(name) ?? [])]))].sort() };
}

/** @param names the clients that never recovered; undefined when there are none */
export function neverRecovered(history: History, names: readonly string[]): NeverRecovered | undefined {
  if (names.length === 0) return undefined;
  const causes = names.map((name) => {
    const last = attemptsOf(history, "pay").filter(({ process, outcome }) => process === name && outcome !== undefined && outcome.type !== "ok").at(-1)?.outcome;
    if (last === undefined || last.type === "ok") return "no answer";
    return whyForbidden(last.value);
  });
  return { clients: names.length, cause: [...new Set(causes)].sort().join(", ") };
}
