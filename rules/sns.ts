/** SNS API reference, "Subscribe". */
const PROTOCOLS = ["http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"];

/** What Subscribe would refuse. */
export function subscriptionProblem(protocol: string, endpoint: string): string | undefined {
  if (!PROTOCOLS.includes(protocol)) return `protocol: got ${protocol}; allowed ${PROTOCOLS.join(", ")}`;
  if (protocol.startsWith("email") && !/^[^\s@]+@[^\s@]+$/.test(endpoint)) return `endpoint: got ${endpoint}; allowed an e-mail address`;
  return undefined;
}
