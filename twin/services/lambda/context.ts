import type { Clock } from "../../../lambda/shared/clock";
import type { ExecutionSpec, Invocation } from "./host";

/** What Lambda gives a handler as its second argument. "AWS Lambda context object in Node.js". */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  readonly callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

/** The context without its method: plain data, so that it can cross a thread. */
export type ContextFacts = Omit<InvocationContext, "getRemainingTimeInMillis" | "awsRequestId">;

export const contextFacts = ({ functionName, functionArn, variables }: ExecutionSpec): ContextFacts => ({
  functionName,
  functionVersion: variables["AWS_LAMBDA_FUNCTION_VERSION"] ?? "$LATEST",
  invokedFunctionArn: functionArn,
  memoryLimitInMB: variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] ?? "128",
  logGroupName: variables["AWS_LAMBDA_LOG_GROUP_NAME"] ?? "",
  logStreamName: variables["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "",
  callbackWaitsForEmptyEventLoop: true,
});

export const invocationContext = (facts: ContextFacts, { requestId, deadline }: Invocation, clock: Clock): InvocationContext => ({
  ...facts,
  awsRequestId: requestId,
  getRemainingTimeInMillis: () => Math.max(0, deadline - clock.now()),
});
