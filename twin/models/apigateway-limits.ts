import { isObject, members, OPERATION_KEYS, type Json } from "../../rules/apigateway-document";
import { parseApi } from "../services/apigateway/api";
import type { Objection } from "./model";

interface RestApiInputs {
  readonly body?: string | undefined;
  readonly policy?: string | undefined;
}

/** What AWS has and this twin has not, told before anything lives: the twin would answer differently. */
export function beyondTheTwin({ body, policy }: RestApiInputs): readonly Objection[] {
  const found: Objection[] = [];
  const refuse = (property: string, message: string): unknown => found.push({ code: "twin.apigateway", property, message });
  if (policy !== undefined && policy !== "") refuse("policy", "the twin judges no resource policies of APIs");
  if (body === undefined) {
    refuse("body", "missing; the twin knows APIs by their OpenAPI document only, not by Resource and Method resources");
    return found;
  }
  const document = parse(body);
  if (!document) return found; // the rules say what is wrong with it
  for (const [path, item] of members(document["paths"])) {
    for (const [key, operation] of members(item).filter(([name]) => OPERATION_KEYS.some((known) => known === name))) {
      for (const problem of operationProblems(isObject(operation) ? operation : {}, document)) refuse("body", `${key} ${path}: ${problem}`);
    }
  }
  try {
    parseApi(body);
  } catch (error) {
    found.push({ code: "apigateway.model", property: "body", message: `a request model does not compile: ${error instanceof Error ? error.message : String(error)}` });
  }
  return found;
}

function operationProblems(operation: Json, document: Json): readonly string[] {
  const found: string[] = [];
  const integration = operation["x-amazon-apigateway-integration"];
  if (isObject(integration)) {
    const { type, credentials } = integration;
    if (String(type).toLowerCase() !== "aws_proxy") found.push(`integration type ${JSON.stringify(type)}; the twin has aws_proxy only`);
    if (credentials !== undefined) found.push("integration credentials; the twin calls functions by their resource policy only");
  }
  const components = isObject(document["components"]) ? document["components"] : {};
  const schemes = isObject(components["securitySchemes"]) ? components["securitySchemes"] : {};
  for (const requirement of Array.isArray(operation["security"]) ? operation["security"] : []) {
    for (const [name] of members(requirement)) {
      const scheme = schemes[name];
      if (!isObject(scheme)) found.push(`security scheme ${name} is not in components.securitySchemes`);
      else if (scheme["x-amazon-apigateway-authtype"] !== "awsSigv4") found.push(`security scheme ${name}; the twin has x-amazon-apigateway-authtype awsSigv4 only`);
    }
  }
  return found;
}

function parse(body: string): Json | undefined {
  try {
    const document: unknown = JSON.parse(body);
    return isObject(document) ? document : undefined;
  } catch {
    return undefined;
  }
}
