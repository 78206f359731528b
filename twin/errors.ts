/** An error that is an answer and no defect: made by the thousand, and nobody reads its stack, so none is taken. */
export class AnswerError extends Error {
  constructor(message: string) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** An error as AWS's SDKs show it: what a service of the twin throws, over every door the same. */
export class AwsError extends AnswerError {
  readonly $fault: "client" | "server";
  readonly $metadata: { readonly httpStatusCode: number };

  /**
   * @param name the exception's name, e.g. `ConditionalCheckFailedException`
   * @param status the HTTP status of the wire protocol; 5xx is the server's fault
   * @param detail further members of the exception, e.g. `Item`
   */
  constructor(
    override readonly name: string,
    message: string,
    status = 400,
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.$fault = status >= 500 ? "server" : "client";
    this.$metadata = { httpStatusCode: status };
    Object.assign(this, detail);
  }
}

/** The program asks for what AWS would refuse, found before anything lives. */
export interface Refusal {
  /** Stable and short, e.g. `lambda.reserved-variable`. */
  readonly code: string;
  /** The resource's URN, or its name where there is none. */
  readonly resource: string;
  readonly property?: string;
  /** What was given, what is allowed, how to fix it. */
  readonly message: string;
}
