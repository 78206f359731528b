import { AwsError } from "../errors";

type Words = readonly [name: string, message: string, status: number, detail?: Readonly<Record<string, unknown>>];

/**
 * How each service says "too many", by its signing name. "Error handling with DynamoDB" (a table on demand), "Invoke" (Lambda),
 * "Gateway response types for API Gateway", "Error responses" (S3), "Publish" (SNS), "Common Errors" (query services).
 */
const THROTTLED: Readonly<Record<string, Words>> = {
  dynamodb: ["ThrottlingException", "Throughput exceeds the current capacity of your table or index.", 400],
  lambda: ["TooManyRequestsException", "Rate Exceeded.", 429, { Reason: "ConcurrentInvocationLimitExceeded", Type: "User" }],
  apigateway: ["TooManyRequestsException", "Too Many Requests", 429],
  s3: ["SlowDown", "Please reduce your request rate.", 503],
  sns: ["ThrottledException", "Rate exceeded", 429],
  sts: ["Throttling", "Rate exceeded", 400],
  iam: ["Throttling", "Rate exceeded", 400],
  route53: ["Throttling", "Rate exceeded", 400],
  monitoring: ["Throttling", "Rate exceeded", 400],
};

const OTHERS: Words = ["ThrottlingException", "Rate exceeded", 400];

/** The error of a service that throttles. */
export function throttled(service: string): AwsError {
  const [name, message, status, detail] = THROTTLED[service] ?? OTHERS;
  return new AwsError(name, message, status, detail);
}
