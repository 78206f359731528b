import { UNRESERVED_CONCURRENCY, type LambdaObjection } from "./lambda";

/** New execution environments of one function in ten seconds. "Lambda scaling behavior" (Lambda developer guide). */
export const SCALING_RATE = 1000;

/** Requests a second for each execution at once, of an account or a reservation. "Lambda quotas", "Invocation requests per function". */
export const REQUESTS_PER_EXECUTION = 10;

/** What one function takes of its account's concurrency in a region; undefined = nothing of its own. */
export interface ConcurrencyClaim {
  readonly function: string;
  readonly reserved?: number | undefined;
  readonly provisioned?: number | undefined;
}

/** Provisioned concurrency is part of the function's reservation. "Configuring provisioned concurrency for a function". */
export const provisionedOverReserved = ({ reserved = Infinity, provisioned = 0 }: ConcurrencyClaim): boolean => provisioned > Math.max(0, reserved);

/** Executions that nobody else in the account can take: the reservation, else what is provisioned. */
export const claimed = ({ reserved, provisioned = 0 }: ConcurrencyClaim): number => Math.max(0, reserved ?? provisioned);

/** Executions that may be claimed of a quota. "Configuring reserved concurrency for a function". */
export const claimable = (quota: number): number => Math.max(0, quota - UNRESERVED_CONCURRENCY);

export interface AliasSettings {
  readonly name?: string | undefined;
  readonly functionVersion?: string | undefined;
}

const objection = (code: string, property: string, message: string): LambdaObjection => ({ code: `lambda.${code}`, property, message });

/** "CreateAlias" (Lambda API reference): a name that is no number, and a version. */
export function aliasObjections({ name, functionVersion = "" }: AliasSettings): readonly LambdaObjection[] {
  const found: LambdaObjection[] = [];
  if (name !== undefined && (/^\d+$/.test(name) || !/^[a-zA-Z0-9-_]{1,128}$/.test(name))) {
    found.push(objection("alias-name", "name", `got "${name}"; allowed 1..128 of letters, digits, - and _, not digits alone`));
  }
  if (!/^(\$LATEST|\d+)$/.test(functionVersion)) {
    found.push(objection("alias-version", "functionVersion", `got "${functionVersion}"; allowed $LATEST or a version's number; publish the function and name its version`));
  }
  return found;
}

export interface ProvisionedSettings {
  readonly qualifier?: string | undefined;
  readonly provisionedConcurrentExecutions?: number | undefined;
}

/** "PutProvisionedConcurrencyConfig" (Lambda API reference): a version or alias, never `$LATEST`, and one environment at least. */
export function provisionedObjections({ qualifier = "", provisionedConcurrentExecutions: given }: ProvisionedSettings): readonly LambdaObjection[] {
  const found: LambdaObjection[] = [];
  if (qualifier === "" || qualifier === "$LATEST") {
    found.push(objection("provisioned-qualifier", "qualifier", `got "${qualifier}"; allowed an alias or a published version, never $LATEST`));
  }
  if (given === undefined || !Number.isInteger(given) || given < 1) {
    found.push(objection("provisioned-executions", "provisionedConcurrentExecutions", `got ${given}; allowed a whole number from 1; leave the resource out for none`));
  }
  return found;
}
