import { CONTROL_DEADLINE_MS } from "../shared/budgets";
import { ENV } from "../shared/constants";
import { within } from "../shared/deadline";
import { requireEnv, type Runtime } from "../shared/runtime";
import type { Observation } from "./logic";

const plain = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/** Which of the two targets a CNAME leads to; `unknown` for any other. Names are compared as DNS does (RFC 4343). */
export function whichTarget(answer: string, targets: { readonly primary: string; readonly secondary: string }): Observation["dns"] {
  const name = plain(answer);
  if (name === plain(targets.primary)) return "primary";
  return name === plain(targets.secondary) ? "secondary" : "unknown";
}

/** Looks where the failover name leads. Rejects when DNS does not answer in time. */
export function createDnsView(runtime: Runtime): () => Promise<Observation["dns"]> {
  const hostname = requireEnv(runtime, ENV.FAILOVER_HOSTNAME);
  const targets = { primary: requireEnv(runtime, ENV.PRIMARY_TARGET), secondary: requireEnv(runtime, ENV.SECONDARY_TARGET) };
  return async () => whichTarget(await within(runtime.clock, CONTROL_DEADLINE_MS, "the DNS query", runtime.resolveCname(hostname)), targets);
}
