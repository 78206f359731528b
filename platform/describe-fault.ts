import { FAULT_KINDS, type Fault, type FaultMode } from "../twin/kernel/faults";

const MODES: Readonly<Record<FaultMode, string>> = {
  refuse: "connections are refused",
  vanish: "packets vanish",
  error: "calls answer 500",
  delay: "calls are late",
};

/** How a fault shows: its own mode, else the first one of its kind. */
export const modeOf = (fault: Fault): FaultMode | undefined => fault.mode ?? FAULT_KINDS[fault.kind].modes[0];

/** One line for people, e.g. `dynamodb PutItem in us-east-1: calls answer 500 (50 % of them)`. */
export function describeFault(fault: Fault): string {
  const mode = modeOf(fault);
  const how = mode === "delay" ? `calls are ${fault.ms ?? 0} ms late` : mode ? MODES[mode] : "";
  const share = fault.rate === undefined || fault.rate === 1 ? "" : ` (${Math.round(fault.rate * 100)} % of them)`;
  const span = fault.forSeconds === undefined ? "" : `, for ${fault.forSeconds} s`;
  switch (fault.kind) {
    case "outage":
      return `${fault.region} is gone: ${how}${span}`;
    case "partition":
      return `${fault.region} is cut off from the other regions${span}`;
    case "service": {
      const what = [fault.service, fault.operation, fault.resource].filter((part) => part !== undefined).join(" ");
      return `${what} in ${fault.region ?? "all regions"}: ${how}${share}${span}`;
    }
  }
}
