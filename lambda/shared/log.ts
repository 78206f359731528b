import { property } from "./property";
import type { Runtime } from "./runtime";

export type Fields = Readonly<Record<string, unknown>>;

/** Structured lines that all carry the same correlation ids. Never a payment's fields other than its id, never a body. */
export interface Log {
  info(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
}

/** @param context on every line, e.g. the function and the request's ids */
export function createLog(runtime: Pick<Runtime, "log">, context: Fields): Log {
  const line = (level: string) => (message: string, fields: Fields = {}): void => runtime.log({ level, message, ...context, ...fields });
  return { info: line("info"), error: line("error") };
}

/** What a log may tell of an error. */
export function errorFields(error: unknown): Fields {
  const status = property(property(error, "$metadata"), "httpStatusCode");
  const code = property(error, "code");
  return {
    error: String(property(error, "name") ?? typeof error),
    reason: String(property(error, "message") ?? "").slice(0, 300),
    ...(typeof code === "string" ? { code } : {}),
    ...(typeof status === "number" ? { status } : {}),
  };
}
