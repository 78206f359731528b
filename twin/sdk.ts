import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import type { Clock, Random } from "../lambda/shared/clock";
import { ClockRetryStrategy } from "../lambda/shared/retry";
import type { CallBudget } from "../lambda/shared/runtime";
import type { Caller, Cloud } from "./cloud";
import { AnswerError } from "./errors";
import { inTime } from "./kernel/kernel";
import type { Route } from "./kernel/faults";
import type { SdkOutput, Send } from "./sdk-client";
import type { SendCommand } from "./wire-client";

interface Metadata {
  readonly httpStatusCode?: number;
}

/** The error as the SDK would throw it: a copy of its own with the attempt's metadata and the exception's members. */
function sdkError(thrown: unknown, attempts: number): unknown {
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown)) return thrown;
  // Its stack is left behind unread: reading it makes the text, which costs more than the call.
  const { name, message, ...members } = thrown as Error & { $metadata?: Metadata; code?: string };
  return Object.assign(new AnswerError(message), members, {
    // The SDK's HTTP handler calls a connection that was cut a TimeoutError; one that was refused keeps its name.
    name: members.code === "ECONNRESET" ? "TimeoutError" : name,
    $metadata: { ...members.$metadata, attempts, totalRetryDelay: 0 },
  });
}

/** A late answer: what the SDK's HTTP handler throws after its request time limit. */
const timeoutError = (ms: number): Error =>
  Object.assign(new AnswerError(`@smithy/node-http-handler - Request timed out after ${ms} ms.`), { name: "TimeoutError" });

type ErrorType = "THROTTLING" | "TRANSIENT" | "SERVER_ERROR" | "CLIENT_ERROR";

/** The SDK's own classification of a failed attempt (its retry middleware). */
function classify(error: unknown): ErrorType {
  if (typeof error !== "object" || error === null) return "CLIENT_ERROR";
  const failure = error as Parameters<typeof isThrottlingError>[0]; // the SDK reads name, code and $metadata of any error
  if (isThrottlingError(failure)) return "THROTTLING";
  if (isTransientError(failure)) return "TRANSIENT";
  return isServerError(failure) ? "SERVER_ERROR" : "CLIENT_ERROR";
}

const output = (result: unknown, attempts: number): SdkOutput => ({
  ...(result as SdkOutput), // operations answer objects
  $metadata: { httpStatusCode: 200, attempts, totalRetryDelay: 0 },
});

const route = (region: string, service: string, operation: string, { region: from }: Caller): Route => ({ region, service, operation, from });

/** One attempt, no time limit. */
export const directSend =
  (cloud: Cloud, region: string, caller: Caller): Send =>
  async (service, operation, input) => {
    try {
      return output(await cloud.call(route(region, service, operation, caller), input, caller), 1);
    } catch (error) {
      throw sdkError(error, 1);
    }
  };

/**
 * As the SDK does with a budget: each attempt has its time limit, retries wait on `clock`.
 * @param wire makes each attempt over the wire; default: straight through the cloud's door
 */
export function budgetedSend(cloud: Cloud, caller: Caller & Required<Pick<Caller, "region">>, budget: CallBudget, clock: Clock, random: Random, wire?: SendCommand): Send {
  const strategy = new ClockRetryStrategy(budget, clock, random);
  const late = (): Error => timeoutError(budget.requestMs);

  const again = async (attempt: () => Promise<unknown>, failed: unknown): Promise<SdkOutput> => {
    let token = await strategy.acquireInitialRetryToken();
    let thrown = failed;
    for (let attempts = 1; ; ) {
      const error = sdkError(thrown, attempts);
      const next = await strategy.refreshRetryTokenForRetry(token, { error, errorType: classify(error) }).catch(() => undefined);
      if (!next) throw error;
      token = next;
      attempts += 1;
      try {
        return output(await attempt(), attempts);
      } catch (other) {
        thrown = other;
      }
    }
  };
  return (service, operation, input, command) => {
    const to = route(caller.region, service, operation, caller);
    const attempt = (): Promise<unknown> => inTime(cloud.kernel, budget.requestMs, wire ? wire(command) : cloud.call(to, input, caller), late);
    // Most calls succeed at once, so the loop is for the others.
    return attempt().then(
      (result) => output(result, 1),
      (error: unknown) => again(attempt, error),
    );
  };
}
