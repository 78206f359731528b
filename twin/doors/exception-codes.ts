/**
 * Codes of exceptions in the query protocol where they differ from the exceptions' names: `@awsQueryError` in AWS's
 * Smithy models. By service and exception. boto3 shows the code, the JavaScript SDK the name.
 */
const CODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sns: {
    AuthorizationErrorException: "AuthorizationError",
    InvalidParameterException: "InvalidParameter",
    InvalidParameterValueException: "ParameterValueInvalid",
    KMSAccessDeniedException: "KMSAccessDenied",
    KMSDisabledException: "KMSDisabled",
    KMSInvalidStateException: "KMSInvalidState",
    KMSNotFoundException: "KMSNotFound",
    NotFoundException: "NotFound",
  },
  monitoring: {
    InvalidParameterCombinationException: "InvalidParameterCombination",
    InvalidParameterValueException: "InvalidParameterValue",
    MissingRequiredParameterException: "MissingParameter",
  },
};

/** The code of a service's exception; its name where it has no other. */
export function exceptionCode(service: string | undefined, exception: string): string {
  if (exception === "UnknownOperationException") return "InvalidAction";
  const codes = service !== undefined && Object.hasOwn(CODES, service) ? CODES[service] : undefined;
  return codes && Object.hasOwn(codes, exception) ? (codes[exception] ?? exception) : exception;
}

/**
 * What a client of a service that once spoke the query protocol asks for with `x-amzn-query-mode`: the old code beside
 * the exception. "AWS Query-compatible protocol behaviors" (Smithy).
 */
export const queryErrorHeader = (service: string, exception: string, status: number): Readonly<Record<string, string>> => ({
  "x-amzn-query-error": `${exceptionCode(service, exception)};${status >= 500 ? "Receiver" : "Sender"}`,
});
