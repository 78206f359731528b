import {
  DIRECTIONS,
  FAULT_KINDS,
  FAULT_MODES,
  FAULT_MOMENTS,
  modeOf,
  ruleOf,
  type Fault,
  type FaultField,
  type FaultKind,
  type KindRule,
} from "./fault-kinds";

/** The fault, or every reason why it is none. */
export type ParsedFault = { readonly fault: Fault } | { readonly errors: readonly string[] };

type Given = Readonly<Record<string, unknown>>;

interface FieldRule {
  readonly allowed: string;
  readonly ok: (value: unknown) => boolean;
}

const text = (allowed: string): FieldRule => ({ allowed, ok: (value) => typeof value === "string" && value.length > 0 });
const oneOf = (values: readonly string[]): FieldRule => ({ allowed: values.join(", "), ok: (value) => values.some((each) => each === value) });
const number = (low: number, high: number, unit: string): FieldRule => ({
  allowed: `${low}..${high}${unit}`,
  ok: (value) => typeof value === "number" && value >= low && value <= high,
});
const count = (low: number, high: number): FieldRule => ({
  allowed: `whole numbers ${low}..${high}`,
  ok: (value) => Number.isInteger(value) && number(low, high, "").ok(value),
});

const DAY_MS = 86_400_000;

const FIELDS: Readonly<Record<FaultField, FieldRule>> = {
  region: text("a region"),
  peer: text("a region"),
  direction: oneOf(DIRECTIONS),
  service: text("a service's signing name, e.g. dynamodb"),
  operation: text("an operation's name, e.g. PutItem"),
  resource: text("the name of a function, table, bucket or topic, or a key's id or alias"),
  caller: text("the name of the function that calls"),
  mode: oneOf(FAULT_MODES),
  when: oneOf(FAULT_MOMENTS),
  rate: number(0, 1, ""),
  skip: count(0, 1_000_000),
  times: count(1, 1_000_000),
  ms: number(-DAY_MS, DAY_MS, " (milliseconds)"),
  host: text("a custom domain"),
  limit: count(0, 100_000),
  forSeconds: number(0, 86_400, " (seconds)"),
};

const isKind = (value: unknown): value is FaultKind => typeof value === "string" && Object.hasOwn(FAULT_KINDS, value);
const isField = (name: string): name is FaultField => Object.hasOwn(FIELDS, name);

/**
 * Checks a fault that came from outside. `regions` are those that exist: the stack's and the table's witness. What only a
 * living service knows (is there such a function?) is judged by {@link FaultBoard.add}.
 */
export function parseFault(value: unknown, regions: readonly string[]): ParsedFault {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { errors: [`a fault is a JSON object; allowed kinds: ${kinds()}`] };
  }
  const { kind, ...given } = value as Record<string, unknown>; // any JSON object; every field is checked below
  if (!isKind(kind)) return { errors: [`kind: got ${JSON.stringify(kind)}; allowed: ${kinds()}`] };

  const rule = ruleOf(kind);
  const errors = [...fieldErrors(kind, given, regions), ...missing(kind, rule, given)];
  if (errors.length > 0) return { errors };
  const fault = value as Fault; // every field was checked above
  const clashes = combinationErrors(fault);
  return clashes.length > 0 ? { errors: clashes } : { fault };
}

function fieldErrors(kind: FaultKind, given: Given, regions: readonly string[]): readonly string[] {
  const rule = ruleOf(kind);
  const allowed: readonly string[] = [...rule.required, ...rule.optional];
  return Object.entries(given).flatMap(([name, value]) => {
    if (!isField(name) || !allowed.includes(name)) return [`${name}: not a field of kind ${kind}; allowed: ${allowed.join(", ")}`];
    const field = fieldOf(rule, name, regions);
    return field.ok(value) ? [] : [`${name}: got ${JSON.stringify(value)}; allowed for kind ${kind}: ${field.allowed}`];
  });
}

/** The rule of a field, narrowed to what its kind takes. */
function fieldOf(rule: KindRule, name: FaultField, regions: readonly string[]): FieldRule {
  const values = rule.values?.[name];
  if (values) return oneOf(values);
  if (name === "mode") return oneOf(rule.modes);
  if (name === "region" || name === "peer") return oneOf(regions);
  return FIELDS[name];
}

function missing(kind: FaultKind, rule: KindRule, given: Given): readonly string[] {
  return rule.required.filter((name) => !(name in given)).map((name) => `${name}: missing; kind ${kind} needs ${rule.required.join(", ")}`);
}

/** Fields that are right by themselves and wrong together. */
function combinationErrors(fault: Fault): readonly string[] {
  const errors: string[] = [];
  const mode = modeOf(fault);
  if (mode === "delay" && fault.ms === undefined) errors.push("ms: missing; mode delay needs it (milliseconds)");
  if (fault.kind === "service" && fault.ms !== undefined && (mode !== "delay" || fault.ms < 0)) {
    errors.push(`ms: got ${fault.ms} with mode ${mode ?? "none"}; allowed: 0 or more, with mode delay`);
  }
  if (mode === "throttle" && fault.when === "after") errors.push("when: got \"after\"; a throttled call has no effect; allowed with mode throttle: before");
  if (fault.peer !== undefined && fault.peer === fault.region) errors.push(`peer: got ${JSON.stringify(fault.peer)}, the region itself; allowed: another region`);
  return errors;
}

const kinds = (): string => Object.keys(FAULT_KINDS).join(", ");
