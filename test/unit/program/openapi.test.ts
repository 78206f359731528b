import Draft04 from "ajv-draft-04";
import { apiDocument } from "../../../lib/openapi";
import { routeId, routesOf } from "../../../lib/routes";

/** The parts of the document that these tests look at. */
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: { readonly PaymentRequest: object }; readonly securitySchemes?: Readonly<Record<string, unknown>> };
  readonly "x-amazon-apigateway-gateway-responses": Readonly<Record<string, GatewayResponse>>;
  readonly "x-amazon-apigateway-request-validators": Readonly<Record<string, unknown>>;
}
interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly security?: unknown;
  readonly "x-amazon-apigateway-request-validator": string;
  readonly "x-amazon-apigateway-integration": { readonly type: string; readonly httpMethod: string; readonly uri: string; readonly timeoutInMillis: number };
}
interface GatewayResponse {
  readonly statusCode: string;
  readonly responseParameters: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}

const document = (auth: "iam" | "none", role: "primary" | "secondary" = "secondary"): Document =>
  apiDocument({ title: "api", region: "us-east-2", auth, routes: routesOf(role), uri: (route) => `uri-of-${route.function}` }) as unknown as Document; // its own shape, as far as looked at

describe("the model that API Gateway checks bodies against", () => {
  const check = new Draft04().compile(document("iam").components.schemas.PaymentRequest);
  const GOOD = { customerId: "c_1", amount: 1250, currency: "USD" };

  test.each<[string, unknown]>([
    ["without a reference", GOOD],
    ["with one", { ...GOOD, reference: "Rechnung Nr. 7 äöü" }],
    ["of one minor unit", { ...GOOD, amount: 1 }],
    ["of the largest amount", { ...GOOD, amount: 999_999_999_999 }],
  ])("lets a payment %s through", (_, body) => {
    expect(check(body)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["nothing", {}],
    ["a list", [GOOD]],
    ["no customer", { amount: 1, currency: "USD" }],
    ["a customer with a space", { ...GOOD, customerId: "a b" }],
    ["an over-long customer", { ...GOOD, customerId: "a".repeat(65) }],
    ["zero", { ...GOOD, amount: 0 }],
    ["a negative amount", { ...GOOD, amount: -1 }],
    ["a fraction", { ...GOOD, amount: 1.5 }],
    ["too much", { ...GOOD, amount: 1_000_000_000_000 }],
    ["an amount in quotes", { ...GOOD, amount: "1" }],
    ["a currency in lower case", { ...GOOD, currency: "usd" }],
    ["an over-long reference", { ...GOOD, reference: "x".repeat(141) }],
    ["a field nobody knows", { ...GOOD, tip: 1 }],
  ])("stops %s before it costs a call", (_, body) => {
    expect(check(body)).toBe(false);
  });
});

describe("who must sign", () => {
  const signed = (auth: "iam" | "none"): string[] =>
    routesOf("secondary").filter(({ method, path }) => document(auth).paths[path]?.[method.toLowerCase()]?.security !== undefined).map(routeId);

  test("callers of payments, never the health checkers, who cannot", () => {
    expect(signed("iam")).toEqual(["post-payments", "get-payments", "get-payments-paymentId", "post-payments-validate"]);
    expect(document("iam").components.securitySchemes).toEqual({
      sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" },
    });
  });

  test("nobody on the local stack", () => {
    expect(signed("none")).toEqual([]);
    expect(document("none").components).not.toHaveProperty("securitySchemes");
  });
});

test("the primary has no switch: the latch would need an answer of the region it holds out", () => {
  expect(document("iam", "primary").paths).not.toHaveProperty("/switch");
  expect(document("iam", "secondary").paths).toHaveProperty("/switch");
});

test("a payment without its key is stopped; a list needs no parameter", () => {
  const { paths, "x-amazon-apigateway-request-validators": validators } = document("iam");
  for (const path of ["/payments", "/payments/validate"]) {
    const operation = paths[path]?.["post"];
    expect(operation?.parameters).toEqual([{ name: "Idempotency-Key", in: "header", required: true, schema: { type: "string" } }]);
    expect(validators[String(operation?.["x-amazon-apigateway-request-validator"])]).toEqual({ validateRequestBody: true, validateRequestParameters: true });
  }
  expect(paths["/payments"]?.["get"]?.parameters.filter(({ required }) => required)).toEqual([]);
  expect(paths["/payments/{paymentId}"]?.["get"]?.parameters).toEqual([{ name: "paymentId", in: "path", required: true, schema: { type: "string" } }]);
});

test("API Gateway calls each route's function by POST and outwaits its six seconds", () => {
  const integrations = routesOf("secondary").map(({ method, path }) => document("iam").paths[path]?.[method.toLowerCase()]?.["x-amazon-apigateway-integration"]);
  expect(integrations.map((one) => one?.uri)).toEqual(["process", "read", "read", "validate", "health", "switch"].map((name) => `uri-of-${name}`));
  for (const one of integrations) {
    expect(one).toMatchObject({ type: "aws_proxy", httpMethod: "POST" });
    expect(one?.timeoutInMillis).toBeGreaterThan(6000);
  }
});

describe("what API Gateway answers by itself looks like every other error", () => {
  const responses = document("iam")["x-amazon-apigateway-gateway-responses"];

  test.each([
    ["BAD_REQUEST_BODY", "400", "INVALID_REQUEST"],
    ["BAD_REQUEST_PARAMETERS", "400", "MISSING_IDEMPOTENCY_KEY"],
    ["ACCESS_DENIED", "403", "FORBIDDEN"],
    ["INVALID_SIGNATURE", "403", "FORBIDDEN"],
    ["EXPIRED_TOKEN", "403", "FORBIDDEN"],
    ["MISSING_AUTHENTICATION_TOKEN", "403", "FORBIDDEN"],
    ["RESOURCE_NOT_FOUND", "404", "NOT_FOUND"],
    ["REQUEST_TOO_LARGE", "413", "TOO_LARGE"],
    ["UNSUPPORTED_MEDIA_TYPE", "415", "UNSUPPORTED_MEDIA_TYPE"],
    ["THROTTLED", "429", "THROTTLED"],
    ["INTEGRATION_TIMEOUT", "503", "OUTCOME_UNKNOWN"],
    ["INTEGRATION_FAILURE", "503", "OUTCOME_UNKNOWN"],
    ["DEFAULT_5XX", "503", "OUTCOME_UNKNOWN"],
  ])("%s: %s %s", (type, status, code) => {
    const response = responses[type];
    const template = response?.responseTemplates["application/json"] ?? "";
    // API Gateway puts its message in with its own quotation marks.
    const body = JSON.parse(template.replace("$context.error.messageString", '"words"').replace("$context.requestId", "r-1")) as object; // checked below
    expect(response?.statusCode).toBe(status);
    expect(body).toEqual({ error: { code, message: expect.any(String) as string }, requestId: "r-1" });
    expect(response?.responseParameters["gatewayresponse.header.cache-control"]).toBe("'no-store'");
  });

  test("who is to come again is told when", () => {
    const again = Object.entries(responses).filter(([, { responseParameters }]) => "gatewayresponse.header.retry-after" in responseParameters);
    expect(again.map(([type]) => type).sort()).toEqual([
      "API_CONFIGURATION_ERROR",
      "DEFAULT_5XX",
      "INTEGRATION_FAILURE",
      "INTEGRATION_TIMEOUT",
      "QUOTA_EXCEEDED",
      "THROTTLED",
    ]);
  });

  test("without signatures the answer to an unknown route is 404", () => {
    expect(document("none")["x-amazon-apigateway-gateway-responses"]["MISSING_AUTHENTICATION_TOKEN"]?.statusCode).toBe("404");
  });
});
