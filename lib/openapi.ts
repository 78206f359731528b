import { IDEMPOTENCY_HEADER, LIMITS } from "../lambda/shared/constants";
import { gatewayResponses } from "./gateway-responses";
import { routeId, type Route } from "./routes";

export interface DocumentArgs {
  /** Also the API's name, hence the ApiName of its metrics. */
  readonly title: string;
  readonly region: string;
  readonly auth: "iam" | "none";
  readonly routes: readonly Route[];
  /** The invoke ARN of a route's function. */
  uri(route: Route): string;
}

/** Longer than a payment's function may take (6 s), shorter than the patience of its callers. Milliseconds. */
const INTEGRATION_TIMEOUT_MS = 8000;

const MODEL = "PaymentRequest";
const VALIDATORS = {
  payment: { validateRequestBody: true, validateRequestParameters: true },
  parameters: { validateRequestBody: false, validateRequestParameters: true },
};

/**
 * The API as an OpenAPI 3.0 document for import into API Gateway. Its validation knows JSON Schema draft 4 without
 * exclusiveMinimum and runs only where the Content-Type matches a model ("Request validation for REST APIs"), so the
 * functions check everything again.
 */
export function apiDocument(args: DocumentArgs): Readonly<Record<string, unknown>> {
  const { title, region, auth, routes } = args;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, args);
  return {
    openapi: "3.0.1",
    info: { title, version: "1" },
    paths,
    components: {
      schemas: { [MODEL]: paymentModel },
      ...(auth === "iam" ? { securitySchemes: { sigv4 } } : {}),
    },
    "x-amazon-apigateway-request-validators": VALIDATORS,
    "x-amazon-apigateway-gateway-responses": gatewayResponses(auth, region),
  };
}

function operation(route: Route, { auth, uri }: DocumentArgs): Readonly<Record<string, unknown>> {
  return {
    operationId: routeId(route),
    parameters: parameters(route),
    ...(route.payment ? { requestBody: { required: true, content: { "application/json": { schema: { $ref: `#/components/schemas/${MODEL}` } } } } } : {}),
    responses: { "200": { description: "Success; other answers have the one error shape" } },
    ...(auth === "iam" && route.signed ? { security: [{ sigv4: [] }] } : {}),
    "x-amazon-apigateway-request-validator": route.payment ? "payment" : "parameters",
    "x-amazon-apigateway-integration": {
      type: "aws_proxy",
      // Lambda is called by POST, whatever the route's own method.
      httpMethod: "POST",
      uri: uri(route),
      passthroughBehavior: "when_no_match",
      timeoutInMillis: INTEGRATION_TIMEOUT_MS,
    },
  };
}

function parameters({ path, payment, query = [] }: Route): readonly unknown[] {
  const schema = { type: "string" };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: "path", required: true, schema }));
  const inQuery = query.map((name) => ({ name, in: "query", required: false, schema }));
  const header = { name: IDEMPOTENCY_HEADER, in: "header", required: true, schema };
  return [...inPath, ...inQuery, ...(payment ? [header] : [])];
}

/** What callers may send. The list of currencies and printable characters are the functions' to check. */
const paymentModel = {
  type: "object",
  required: ["customerId", "amount", "currency"],
  properties: {
    customerId: { type: "string", pattern: "^[A-Za-z0-9_-]{1,64}$", maxLength: 64 },
    amount: { type: "integer", minimum: LIMITS.amountMin, maximum: LIMITS.amountMax },
    currency: { type: "string", pattern: "^[A-Z]{3}$" },
    reference: { type: "string", maxLength: LIMITS.referenceLength },
  },
  additionalProperties: false,
};

/** Developer guide, "x-amazon-apigateway-authtype property". SigV4A signatures for several regions are checked by the same. */
const sigv4 = { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" };
