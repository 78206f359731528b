/** What can go wrong between a person and a running twin. The message says what was given, what is allowed, how to fix it. */
export type PlatformErrorCode =
  | "CONTROL_PORT_BUSY"
  | "RUN_FILE_MISSING"
  | "RUN_FILE_MALFORMED"
  | "RUN_FILE_STALE"
  | "RUN_ALREADY_ALIVE";

export class PlatformError extends Error {
  override readonly name = "PlatformError";
  constructor(
    readonly code: PlatformErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** An answer of the control server that is not a success, in the API's own error shape (README "The API"). */
export class ControlError extends Error {
  override readonly name = "ControlError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** One line per thing that is wrong. */
    readonly details?: readonly string[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
