import type { HttpRequest } from "../../network";
import type { Method } from "./api";
import type { ParsedRequest } from "./request";
import { Rejection } from "./responses";

/**
 * "Request validation for REST APIs in API Gateway": required parameters are there and not blank, and the body matches
 * the model of its content type, if there is one. Throws {@link Rejection}.
 */
export function validate(method: Method, parsed: ParsedRequest): void {
  let missing: string[] | undefined;
  for (const { place, name } of method.required) if (isBlank(valueOf(place, name, parsed))) (missing ??= []).push(name);
  if (missing) throw new Rejection("BAD_REQUEST_PARAMETERS", `Missing required request parameters: [${missing.join(", ")}]`);

  if (method.models.size === 0) return;
  const model = method.models.get(mediaTypeOf(parsed.request)) ?? method.models.get("$default");
  if (!model) return;
  const problem = model(parseBody(parsed));
  if (problem !== undefined) throw invalidBody(problem);
}

const isBlank = (value: string | null | undefined): boolean => (value ?? "").trim() === "";

function valueOf(place: "header" | "query" | "path", name: string, { request, query, pathParameters }: ParsedRequest): string | null | undefined {
  switch (place) {
    case "header":
      return request.headers[name.toLowerCase()]?.find((value) => !isBlank(value));
    case "query":
      return query?.get(name);
    case "path":
      return pathParameters?.[name];
  }
}

/** Without the header the body counts as JSON. "Method request behavior for payloads without mapping templates for REST APIs in API Gateway". */
function mediaTypeOf({ headers }: HttpRequest): string {
  const given = headers["content-type"]?.[0] ?? "application/json";
  const end = given.indexOf(";");
  return (end < 0 ? given : given.slice(0, end)).trim().toLowerCase();
}

function parseBody({ request, text }: ParsedRequest): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidBody(request.body.length === 0 ? "[the body is empty]" : "[the body is not valid JSON]");
  }
}

const invalidBody = (problem: string): Rejection => new Rejection("BAD_REQUEST_BODY", "Invalid request body", undefined, problem);
