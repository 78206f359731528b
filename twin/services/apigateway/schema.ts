import Ajv, { type ErrorObject, type ValidateFunction } from "ajv-draft-04";
import { isObject, type Json } from "../../../rules/apigateway-document";
import { mapSubschemas } from "../../../rules/apigateway-model";

/**
 * Keywords that request validation passes over: "Amazon API Gateway important notes for REST APIs". Formats are passed
 * over too: which of them AWS checks is not documented, and a body that is let through here meets the function's own checks.
 */
const IGNORED: readonly string[] = [
  "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems", "nullable", "discriminator", "readOnly", "writeOnly",
  "example", "examples", "xml", "externalDocs", "deprecated", "format",
];

/** The schema as API Gateway applies it. */
export const applied = (schema: Json): Json =>
  mapSubschemas(Object.fromEntries(Object.entries(schema).filter(([keyword]) => !IGNORED.includes(keyword))), applied);

/** Why a value does not match a model, in API Gateway's words; undefined = it matches. */
export type ModelCheck = (value: unknown) => string | undefined;

/**
 * Compiles a request model. Throws where it is no JSON Schema draft 4, or where a $ref leads nowhere.
 * @param schemas the document's `components.schemas`, which a $ref may name
 */
export function compileModel(schema: Json, schemas: Json): ModelCheck {
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, verbose: true, logger: false });
  const components = { schemas: Object.fromEntries(Object.entries(schemas).map(([name, model]) => [name, isObject(model) ? applied(model) : model])) };
  const validate: ValidateFunction = ajv.compile({ allOf: [applied(schema)], components });
  return (value) => (validate(value) ? undefined : `[${words(validate.errors ?? []).join(", ")}]`);
}

/** The words of AWS's validator, so that what a template makes of them is seen here too, quotation marks and all. */
function words(errors: readonly ErrorObject[]): readonly string[] {
  const missing = errors.filter(({ keyword }) => keyword === "required").map(({ params }) => String(params["missingProperty"]));
  const unknown = errors.filter(({ keyword }) => keyword === "additionalProperties").map(({ params }) => String(params["additionalProperty"]));
  return [
    ...(missing.length > 0 ? [`object has missing required properties (${JSON.stringify(missing.sort())})`] : []),
    ...(unknown.length > 0 ? [`object instance has properties which are not allowed by the schema: ${JSON.stringify(unknown.sort())}`] : []),
    ...errors.filter(({ keyword }) => keyword !== "required" && keyword !== "additionalProperties" && keyword !== "allOf").map(wordsOf),
  ];
}

function wordsOf({ keyword, params, data, message }: ErrorObject): string {
  const limit = String(params["limit"]);
  // Only texts are told: data of another type may be nested deeper than its text could be made.
  const length = typeof data === "string" ? [...data].length : 0;
  switch (keyword) {
    case "type":
      return `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${JSON.stringify([params["type"]].flat())})`;
    case "pattern":
      return `ECMA 262 regex ${JSON.stringify(params["pattern"])} does not match input string ${JSON.stringify(data)}`;
    case "minimum":
      return `numeric instance is lower than the required minimum (minimum: ${limit}, found: ${String(data)})`;
    case "maximum":
      return `numeric instance is greater than the required maximum (maximum: ${limit}, found: ${String(data)})`;
    case "maxLength":
      return `string ${JSON.stringify(data)} is too long (length: ${length}, maximum allowed: ${limit})`;
    case "minLength":
      return `string ${JSON.stringify(data)} is too short (length: ${length}, required minimum: ${limit})`;
    case "enum":
      return `instance value (${typeof data === "object" ? typeOf(data) : JSON.stringify(data)}) not found in enum (possible values: ${JSON.stringify(params["allowedValues"])})`;
    default:
      return message ?? keyword;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
