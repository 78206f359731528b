import type { HttpRequest } from "../../network";
import type { Method } from "./api";
import { Rejection } from "./responses";

/** A request with its parameters taken apart. */
export interface ParsedRequest {
  readonly request: HttpRequest;
  readonly query: URLSearchParams;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * "Request validation for REST APIs in API Gateway": required parameters are there and not blank, and the body matches
 * the model of its content type, if there is one. Throws {@link Rejection}.
 */
export function validate(method: Method, parsed: ParsedRequest): void {
  const missing = method.required.filter(({ place, name }) => isBlank(valueOf(place, name, parsed))).map(({ name }) => name);
  if (missing.length > 0) throw new Rejection("BAD_REQUEST_PARAMETERS", `Missing required request parameters: [${missing.join(", ")}]`);

  const model = method.models.get(mediaTypeOf(parsed.request)) ?? method.models.get("$default");
  if (!model) return;
  const problem = model(parseBody(parsed.request));
  if (problem !== undefined) throw invalidBody(problem);
}

const isBlank = (value: string | null | undefined): boolean => (value ?? "").trim() === "";

function valueOf(place: "header" | "query" | "path", name: string, { request, query, pathParameters }: ParsedRequest): string | null | undefined {
  switch (place) {
    case "header":
      return request.headers[name.toLowerCase()]?.find((value) => !isBlank(value));
    case "query":
      return query.get(name);
    case "path":
      return pathParameters[name];
  }
}

/** Without the header the body counts as JSON. "Method request behavior for payloads without mapping templates for REST APIs in API Gateway". */
function mediaTypeOf({ headers }: HttpRequest): string {
  const given = headers["content-type"]?.[0] ?? "application/json";
  return (given.split(";")[0] ?? "").trim().toLowerCase();
}

function parseBody({ body }: HttpRequest): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8"));
  } catch {
    throw invalidBody(body.length === 0 ? "[the body is empty]" : "[the body is not valid JSON]");
  }
}

const invalidBody = (problem: string): Rejection => new Rejection("BAD_REQUEST_BODY", "Invalid request body", undefined, problem);
