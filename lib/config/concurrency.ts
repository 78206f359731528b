import { claimable, claimed, provisionedOverReserved, type ConcurrencyClaim } from "../../rules/lambda-concurrency";
import type { ConfigProblem } from "./error";
import { setCommand, type KeyName, type Values } from "./keys";
import { DEFAULTS, PROVISIONABLE } from "./settings";

/** All that {@link concurrencyProblems} looks at. */
export const CONCURRENCY_KEYS: readonly KeyName[] = [
  "reservedConcurrency.health",
  "reservedConcurrency.switch",
  ...PROVISIONABLE.map((name) => `provisionedConcurrency.${name}` as const),
  "lambdaConcurrencyQuota",
];

/** What the functions take of the account in a region; the secondary runs all of them. */
const provisionable = (values: Values) =>
  PROVISIONABLE.map((name) => ({
    function: name,
    reserved: name === "health" ? values["reservedConcurrency.health"] : undefined,
    provisioned: values[`provisionedConcurrency.${name}`],
  }));

/** Lambda developer guide, "Configuring reserved concurrency" and "Configuring provisioned concurrency for a function". */
export function concurrencyProblems(values: Values): readonly ConfigProblem[] {
  const wanted = provisionable(values);
  const over = wanted.filter(provisionedOverReserved).map(({ function: name, reserved = 0, provisioned = 0 }) => ({
    key: `provisionedConcurrency.${name}`,
    given: String(provisioned),
    allowed: `at most ${reserved}, what tap:reservedConcurrency.${name} reserves for the function ${name}`,
    fix: setCommand(`provisionedConcurrency.${name}`, String(reserved)),
  }));
  const latch = { function: "switch", reserved: values["reservedConcurrency.switch"] };
  return [...over, ...sumProblems([...wanted, latch], values.lambdaConcurrencyQuota ?? DEFAULTS.lambdaConcurrencyQuota)];
}

function sumProblems(wanted: readonly ConcurrencyClaim[], quota: number): readonly ConfigProblem[] {
  const taking = wanted.filter((claim) => claimed(claim) > 0);
  const sum = taking.reduce((total, claim) => total + claimed(claim), 0);
  const most = claimable(quota);
  if (sum <= most) return [];
  const key = taking.some(({ provisioned = 0 }) => provisioned > 0) ? "provisionedConcurrency" : "reservedConcurrency";
  return [
    {
      key,
      given: `a sum of ${sum} (${taking.map((claim) => `${claim.function} ${claimed(claim)}`).join(", ")})`,
      allowed: `a sum of at most ${most}, reserved and provisioned together: tap:lambdaConcurrencyQuota ${quota} less the 100 that Lambda keeps unreserved`,
      fix: `pulumi config rm tap:${key}`,
    },
  ];
}
