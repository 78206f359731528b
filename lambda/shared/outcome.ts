import { property } from "./property";
import { attemptsOf } from "./retry";

/**
 * How a failed call ended.
 * - `refused`: the service answered that it did nothing, or the request never left: there is no effect.
 * - `failed`: the service answered with an error of its own (5xx): the effect is unknown.
 * - `silent`: no answer (time-out, connection lost): the effect is unknown.
 */
export type Ending = "refused" | "failed" | "silent";

/** No connection was made, so nothing was sent. */
const UNSENT_CODES = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"]);
/** The SDK found no credentials to sign with. */
const UNSENT_NAMES = new Set(["CredentialsProviderError"]);

/** Answers that nothing was done, whatever their status. DynamoDB developer guide, "Error handling with DynamoDB". */
const REFUSALS = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "ReplicatedWriteConflictException",
  "AccessDeniedException",
  "ResourceNotFoundException",
  "ValidationException",
]);

/** How one attempt ended. */
export function endingOf(error: unknown): Ending {
  const name = property(error, "name");
  const code = property(error, "code");
  if (typeof name === "string" && (REFUSALS.has(name) || UNSENT_NAMES.has(name))) return "refused";
  if (typeof code === "string" && UNSENT_CODES.has(code)) return "refused";
  const status = property(property(error, "$metadata"), "httpStatusCode");
  if (typeof status !== "number") return "silent";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/**
 * Did a failed write certainly change nothing? Only if every attempt was refused: a throttle after an attempt that was
 * never answered says nothing about that attempt. Where the attempts are not known the answer is no.
 */
export function changedNothing(error: unknown): boolean {
  const attempts = attemptsOf(error);
  if (attempts) return attempts.every((attempt) => endingOf(attempt) === "refused");
  // Credentials are looked up before the first attempt, outside the SDK's count.
  if (UNSENT_NAMES.has(String(property(error, "name")))) return true;
  return property(property(error, "$metadata"), "attempts") === 1 && endingOf(error) === "refused";
}
