/** Keywords of JSON Schema that came after draft 4. JSON Schema, "Release notes" of drafts 6 to 2020-12. */
const NEWER_KEYWORDS: readonly string[] = [
  "$id", "$defs", "$anchor", "$recursiveRef", "$dynamicRef", "const", "contains", "minContains", "maxContains", "propertyNames",
  "if", "then", "else", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "prefixItems",
];

const TYPES: readonly unknown[] = ["array", "boolean", "integer", "null", "number", "object", "string"];
const COUNTS: readonly string[] = ["maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"];

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/** Where a keyword holds schemas: a map of them, a list of them, or one. */
const MAPS: readonly string[] = ["properties", "patternProperties", "definitions"];
const LISTS: readonly string[] = ["allOf", "anyOf", "oneOf"];
const SINGLES: readonly string[] = ["items", "additionalItems", "additionalProperties", "not"];

/** Applies `change` to every schema that a schema directly holds; all else stays. */
export function mapSubschemas(schema: Schema, change: (child: Schema) => Schema): Schema {
  const one = (value: unknown): unknown => (isSchema(value) ? change(value) : value);
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      if (MAPS.includes(keyword) && isSchema(value)) return [keyword, Object.fromEntries(Object.entries(value).map(([name, child]) => [name, one(child)]))];
      if ((LISTS.includes(keyword) || keyword === "items") && Array.isArray(value)) return [keyword, value.map(one)];
      return [keyword, SINGLES.includes(keyword) ? one(value) : value];
    }),
  );
}

/** Why a model is no JSON Schema draft 4. "Data models for REST APIs in API Gateway"; "JSON Schema: core definitions and terminology" draft 4. */
export function draft4Violations(schema: unknown, path = "#"): readonly string[] {
  if (!isSchema(schema)) return [`${path} is no object; draft 4 knows no boolean schemas`];
  const found = Object.entries(schema).flatMap(([keyword, value]) => keywordViolations(keyword, value).map((problem) => `${path}: ${problem}`));
  const children: string[] = [];
  mapSubschemas(schema, (child) => {
    children.push(...draft4Violations(child, `${path}/…`));
    return child;
  });
  return [...found, ...children];
}

function keywordViolations(keyword: string, value: unknown): readonly string[] {
  const given = `${keyword}: got ${JSON.stringify(value)}`;
  if (NEWER_KEYWORDS.includes(keyword)) return [`${keyword} is newer than JSON Schema draft 4`];
  if (COUNTS.includes(keyword)) return Number.isInteger(value) && Number(value) >= 0 ? [] : [`${given}; allowed a whole number from 0`];
  switch (keyword) {
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return typeof value === "boolean" ? [] : [`${given}; a number there is newer than draft 4 (and API Gateway ignores the keyword: use minimum or maximum)`];
    case "type":
      return [value].flat().every((type) => TYPES.includes(type)) ? [] : [`${given}; allowed ${TYPES.join(", ")}`];
    case "required":
      return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === "string") ? [] : [`${given}; allowed a list of at least one name`];
    case "enum":
      return Array.isArray(value) && value.length > 0 ? [] : [`${given}; allowed a list of at least one value`];
    case "$ref":
      return typeof value === "string" && value.startsWith("#/components/schemas/") ? [] : [`${given}; allowed #/components/schemas/<model>`];
    case "pattern":
      return isPattern(value) ? [] : [`${given}; allowed a regular expression`];
    default:
      return [];
  }
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === "string" && new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
