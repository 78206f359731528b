import { FAULT_KINDS, FAULT_MODES, type Fault, type FaultKind, type FaultMode } from "./faults";

/** The fault, or every reason why it is none. */
export type ParsedFault = { readonly fault: Fault } | { readonly errors: readonly string[] };

const isKind = (value: unknown): value is FaultKind => typeof value === "string" && Object.hasOwn(FAULT_KINDS, value);

const isText = (value: unknown): boolean => typeof value === "string" && value.length > 0;
const isNumber = (low: number, high: number) => (value: unknown): boolean =>
  typeof value === "number" && value >= low && value <= high;

const FIELDS: Readonly<Record<Exclude<keyof Fault, "kind">, { readonly allowed: string; readonly ok: (v: unknown) => boolean }>> = {
  region: { allowed: "a region of the stack or its witness", ok: isText },
  service: { allowed: "a service's signing name, e.g. dynamodb", ok: isText },
  operation: { allowed: "an operation's name, e.g. PutItem", ok: isText },
  resource: { allowed: "the name of a function, table, bucket or topic", ok: isText },
  mode: { allowed: FAULT_MODES.join(", "), ok: (v) => FAULT_MODES.some((mode) => mode === v) },
  rate: { allowed: "0..1", ok: isNumber(0, 1) },
  ms: { allowed: "0..600000 (milliseconds)", ok: isNumber(0, 600_000) },
  forSeconds: { allowed: "0..86400 (seconds)", ok: isNumber(0, 86_400) },
};

/** Checks a fault that came from outside. `regions` are those that exist: the stack's and the table's witness. */
export function parseFault(value: unknown, regions: readonly string[]): ParsedFault {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { errors: [`a fault is a JSON object; allowed kinds: ${kinds()}`] };
  }
  const { kind, ...rest } = value as Record<string, unknown>; // any JSON object; every field is checked below
  if (!isKind(kind)) return { errors: [`kind: got ${JSON.stringify(kind)}; allowed: ${kinds()}`] };

  const rule = FAULT_KINDS[kind];
  const allowed: readonly string[] = [...rule.required, ...rule.optional];
  const errors: string[] = [];
  for (const [name, given] of Object.entries(rest)) {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name as keyof typeof FIELDS] : undefined; // own key of FIELDS
    if (!field || !allowed.includes(name)) {
      errors.push(`${name}: not a field of kind ${kind}; allowed: ${allowed.join(", ")}`);
    } else if (!field.ok(given)) {
      errors.push(`${name}: got ${JSON.stringify(given)}; allowed: ${field.allowed}`);
    }
  }
  for (const name of rule.required) {
    if (!(name in rest)) errors.push(`${name}: missing; kind ${kind} needs ${rule.required.join(", ")}`);
  }
  const modes: readonly FaultMode[] = rule.modes;
  if (rest["mode"] !== undefined && !modes.some((mode) => mode === rest["mode"]) && FIELDS.mode.ok(rest["mode"])) {
    errors.push(`mode: got ${JSON.stringify(rest["mode"])}; allowed for kind ${kind}: ${modes.join(", ") || "none"}`);
  }
  if (rest["mode"] === "delay" && rest["ms"] === undefined) errors.push("ms: missing; mode delay needs it (milliseconds)");
  if (isText(rest["region"]) && !regions.some((region) => region === rest["region"])) {
    errors.push(`region: got ${JSON.stringify(rest["region"])}; allowed: ${regions.join(", ")}`);
  }
  if (errors.length > 0) return { errors };
  return { fault: value as Fault }; // every field was checked above
}

const kinds = (): string => Object.keys(FAULT_KINDS).join(", ");
