/** How a function failed, as Lambda puts it into the answer's payload. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What an invocation gave. `payload` is undefined when the function failed. */
export interface InvokeResult {
  readonly requestId: string;
  /** The version that ran: `$LATEST` or a number. */
  readonly version: string;
  readonly payload: unknown;
  readonly functionError?: FunctionFailure;
}
