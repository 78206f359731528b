import { REGION_VARIABLE } from "./constants";
import { ApiError, outcomeUnknown, unavailable } from "./errors";
import { createLog, errorFields, type Log } from "./log";
import { property } from "./property";
import { requireEnv, type Runtime } from "./runtime";

type Values<T> = Readonly<Record<string, T | undefined>> | null;

/** What the functions read of an API Gateway proxy event (payload of REST APIs). Every member may be missing. */
export interface ApiEvent {
  readonly resource?: string;
  readonly headers?: Values<string>;
  readonly multiValueHeaders?: Values<string[]>;
  readonly pathParameters?: Values<string>;
  readonly queryStringParameters?: Values<string>;
  readonly multiValueQueryStringParameters?: Values<string[]>;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: { readonly requestId?: string };
}

/** What the functions read of Lambda's context. */
export interface InvocationContext {
  readonly awsRequestId?: string;
}

/** The answer to API Gateway. */
export interface ApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type ApiHandler = (event: ApiEvent, context?: InvocationContext) => Promise<ApiResult>;

/** What a function makes of a request; everything common is added by {@link serve}. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Service {
  /** The function's name in the logs. */
  readonly name: string;
  /**
   * What an error that nobody foresaw means for the caller. `unknown` for functions that write payments: the error may
   * have come after the write.
   */
  readonly unforeseen: "nothing-changed" | "unknown";
  /** Throws {@link ApiError} for every answer but success. */
  handle(event: ApiEvent, log: Log): Promise<Answer>;
}

/** The Lambda handler of a service: common headers, the one error shape, no error without a log line, no stack trace outside. */
export function serve(runtime: Runtime, service: Service): ApiHandler {
  const region = requireEnv(runtime, REGION_VARIABLE);
  return async (event, context) => {
    const requestId = event?.requestContext?.requestId ?? context?.awsRequestId ?? "unknown";
    const log = createLog(runtime, { function: service.name, requestId: context?.awsRequestId, apiRequestId: requestId });
    let answer: Answer;
    try {
      answer = await service.handle(event ?? {}, log);
    } catch (error) {
      answer = refusal(error, service, requestId, log);
    }
    return {
      statusCode: answer.status,
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store",
        "x-served-by-region": region,
        ...answer.headers,
      },
      body: JSON.stringify(answer.body),
    };
  };
}

function refusal(thrown: unknown, service: Service, requestId: string, log: Log): Answer {
  let error = thrown;
  if (!(error instanceof ApiError)) {
    const frames = String(property(thrown, "stack") ?? "").split("\n").slice(1, 6);
    log.error("unforeseen error", { ...errorFields(thrown), frames });
    error = service.unforeseen === "unknown" ? outcomeUnknown() : unavailable();
  }
  const { code, message, details, status, retryAfter } = error as ApiError; // both branches above made it one
  return {
    status,
    headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
    body: { error: { code, message, ...(details.length > 0 ? { details } : {}) }, requestId },
  };
}

function valuesOf(many: Values<string[]> | undefined, one: Values<string> | undefined, matches: (name: string) => boolean): string[] {
  const all = Object.entries(many ?? {}).flatMap(([name, values]) => (matches(name) ? (values ?? []) : []));
  if (all.length > 0) return all;
  return Object.entries(one ?? {}).flatMap(([name, value]) => (matches(name) && value !== undefined ? [value] : []));
}

/** All values of a header, whatever the case of its name. */
export function headerValues(event: ApiEvent, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  return valuesOf(event.multiValueHeaders, event.headers, (given) => given.toLowerCase() === wanted);
}

/** The query's parameters with all their values. Names are case-sensitive. */
export function queryValues(event: ApiEvent): ReadonlyMap<string, readonly string[]> {
  const names = new Set([
    ...Object.keys(event.multiValueQueryStringParameters ?? {}),
    ...Object.keys(event.queryStringParameters ?? {}),
  ]);
  return new Map(
    [...names].map((name) => [
      name,
      valuesOf(event.multiValueQueryStringParameters, event.queryStringParameters, (given) => given === name),
    ]),
  );
}
