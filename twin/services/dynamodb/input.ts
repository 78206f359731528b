import { AwsError } from "../../errors";
import { validation } from "./intake";

/** Parameters of the API that this twin does not have: refused, so that nobody relies on them. */
const NOT_MODELLED: ReadonlySet<string> = new Set([
  "AttributesToGet",
  "AttributeUpdates",
  "ConditionalOperator",
  "Expected",
  "KeyConditions",
  "QueryFilter",
  "ScanFilter",
]);

/** Refuses what the twin does not model. `NONE` is the default of both Return parameters. */
export function refuseUnmodelled(input: object): void {
  for (const name in input) {
    if (!NOT_MODELLED.has(name)) continue;
    throw validation(`${name} is a legacy parameter, which this twin does not model; use expressions`);
  }
  const { ReturnConsumedCapacity: capacity, ReturnItemCollectionMetrics: metrics } = input as {
    readonly ReturnConsumedCapacity?: unknown;
    readonly ReturnItemCollectionMetrics?: unknown;
  }; // both are looked at as unknown
  if (capacity !== undefined && capacity !== "NONE") throw validation("ReturnConsumedCapacity is not modelled by this twin; leave it out");
  if (metrics !== undefined && metrics !== "NONE") throw validation("ReturnItemCollectionMetrics is not modelled by this twin; leave it out");
}

/** A parameter that must be there. */
export function required<T>(value: T | undefined | null, name: string): T {
  if (value === undefined || value === null) {
    throw validation(`1 validation error detected: Value null at '${lowerFirst(name)}' failed to satisfy constraint: Member must not be null`);
  }
  return value;
}

/** A parameter with a set of values; `allowed[0]` is the default. */
export function oneOf<T extends string>(value: string | undefined, name: string, allowed: readonly [T, ...T[]]): T {
  if (value === undefined) return allowed[0];
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw validation(
    `1 validation error detected: Value '${value}' at '${lowerFirst(name)}' failed to satisfy constraint: ` +
      `Member must satisfy enum value set: [${allowed.join(", ")}]`,
  );
}

/** A whole number from 1 on. */
export function positive(value: number | undefined, name: string): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value;
  throw validation(
    `1 validation error detected: Value '${value}' at '${lowerFirst(name)}' failed to satisfy constraint: ` +
      "Member must have value greater than or equal to 1",
  );
}

export const notFound = (message = "Requested resource not found"): AwsError => new AwsError("ResourceNotFoundException", message);

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);
