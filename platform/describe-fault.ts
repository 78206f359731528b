import { modeOf, type Fault, type FaultMode } from "../twin/kernel/fault-kinds";

const MODES: Readonly<Record<FaultMode, string>> = {
  refuse: "connections are refused",
  vanish: "packets vanish",
  error: "calls answer 500",
  throttle: "calls are throttled",
  delay: "calls are late",
  crash: "the calling function dies",
};

/** The same after the call has taken effect. */
const AFTERWARDS: Readonly<Record<FaultMode, string>> = {
  ...MODES,
  refuse: "calls take effect, then their connections are cut",
  vanish: "calls take effect and are never answered",
  error: "calls take effect and answer 500",
  delay: "calls take effect and are answered late",
  crash: "calls take effect and the calling function dies",
};

/** One line for people, e.g. `dynamodb PutItem in us-east-1: calls answer 500 (50 % of them)`. */
export function describeFault(fault: Fault): string {
  return `${what(fault)}${fault.forSeconds === undefined ? "" : `, for ${fault.forSeconds} s`}`;
}

function what(fault: Fault): string {
  const { region, peer } = fault;
  const others = peer ?? "the other regions";
  switch (fault.kind) {
    case "outage":
      return `${region} is gone: ${how(fault)}`;
    case "partition":
      return cut(fault, others);
    case "service":
      return `${calls(fault)}: ${how(fault)}${share(fault)}`;
    case "replication":
      return `${fault.service} replication from ${region} to ${others} is paused`;
    case "checkers":
      return `Route 53's checkers of ${region} reach no endpoint`;
    case "key":
      return `${fault.resource === undefined ? "all KMS keys" : `KMS key ${fault.resource}`} in ${region}: disabled`;
    case "certificate":
      return `${region} has no certificate for ${fault.host ?? "its custom domains"}`;
    case "clock":
      return `clocks of ${fault.resource ?? "functions"} in ${region} are ${Math.abs(fault.ms ?? 0)} ms ${(fault.ms ?? 0) < 0 ? "behind" : "ahead"}`;
    case "concurrency":
      return `${fault.resource} in ${region}: at most ${fault.limit} at a time`;
  }
}

function cut({ region, direction = "both" }: Fault, others: string): string {
  if (direction === "in") return `${region} hears nothing from ${others}`;
  if (direction === "out") return `${others} hear${others.includes(" ") ? "" : "s"} nothing from ${region}`;
  return `${region} is cut off from ${others}`;
}

function calls({ service, operation, resource, region, caller }: Fault): string {
  const parts = [service, operation, resource].filter((part) => part !== undefined).join(" ");
  return `${parts}${caller === undefined ? "" : ` by ${caller}`} in ${region ?? "all regions"}`;
}

function how(fault: Fault): string {
  const mode = modeOf(fault) ?? "refuse";
  const words = (fault.when === "after" ? AFTERWARDS : MODES)[mode];
  return mode === "delay" ? words.replace("late", `${fault.ms ?? 0} ms late`) : words;
}

function share({ rate, skip, times }: Fault): string {
  const parts = [
    ...(rate === undefined || rate === 1 ? [] : [`${Math.round(rate * 100)} % of them`]),
    ...(skip === undefined || skip === 0 ? [] : [`after the first ${skip}`]),
    ...(times === undefined ? [] : [`at most ${times}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
