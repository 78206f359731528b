import * as rules from "../../../rules/apigateway";
import { documentViolations, functionOfUri } from "../../../rules/apigateway-document";
import { draft4Violations } from "../../../rules/apigateway-model";
import { integration, orders, REGION } from "../../twin/apigateway/support";

const codes = (found: readonly rules.Violation[]): string[] => found.map(({ code }) => code);
const certificate = `arn:aws:acm:${REGION}:123456789012:certificate/c`;
const regional = { types: "REGIONAL" };
const domain = { domainName: "api.example.com", regionalCertificateArn: certificate, endpointConfiguration: regional };

describe("what API Gateway would refuse", () => {
  it.each<[string, readonly rules.Violation[], string[]]>([
    ["a stage name", rules.stageNameViolations("live-1"), []],
    ["a stage name with a dot", rules.stageNameViolations("v1.0"), ["apigateway.stage-name"]],
    ["an empty stage name", rules.stageNameViolations(""), ["apigateway.stage-name"]],
    ["a stage name of 129 characters", rules.stageNameViolations("a".repeat(129)), ["apigateway.stage-name"]],
    ["a REGIONAL endpoint", rules.endpointViolations(regional), []],
    ["an endpoint without a type, which is EDGE", rules.endpointViolations(undefined), ["apigateway.endpoint-type"]],
    ["an EDGE endpoint", rules.endpointViolations({ types: "EDGE" }), ["apigateway.endpoint-type"]],
    ["types as a list, as in version 6", rules.endpointViolations({ types: ["REGIONAL"] }), ["apigateway.endpoint-type"]],
    ["a custom domain", rules.domainViolations({ ...domain, securityPolicy: "TLS_1_2" }, REGION), []],
    ["a wildcard domain", rules.domainViolations({ ...domain, domainName: "*.example.com" }, REGION), []],
    ["a domain in upper case", rules.domainViolations({ ...domain, domainName: "API.example.com" }, REGION), ["apigateway.domain-name"]],
    ["a domain with a final dot", rules.domainViolations({ ...domain, domainName: "api.example.com." }, REGION), ["apigateway.domain-name"]],
    ["a domain without a certificate", rules.domainViolations({ ...domain, regionalCertificateArn: undefined }, REGION), ["apigateway.certificate"]],
    ["a certificate of another region", rules.domainViolations({ ...domain, regionalCertificateArn: certificate.replace(REGION, "us-east-1") }, REGION), ["apigateway.certificate-region"]],
    ["an EDGE certificate", rules.domainViolations({ ...domain, certificateArn: certificate }, REGION), ["apigateway.edge-certificate"]],
    ["an EDGE domain", rules.domainViolations({ ...domain, endpointConfiguration: { types: "EDGE" } }, REGION), ["apigateway.endpoint-type"]],
    ["an unknown security policy", rules.securityPolicyViolations({ securityPolicy: "TLS_1_3" }), ["apigateway.security-policy"]],
    ["an enhanced policy", rules.securityPolicyViolations({ securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06", endpointAccessMode: "STRICT" }), []],
    ["an enhanced policy without an access mode", rules.securityPolicyViolations({ securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06" }), ["apigateway.endpoint-access-mode"]],
    ["mutual TLS with an enhanced policy", rules.securityPolicyViolations({ securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06", endpointAccessMode: "BASIC", mutualTlsAuthentication: {} }), ["apigateway.mutual-tls"]],
    ["no base path", rules.basePathViolations(undefined), []],
    ["a base path", rules.basePathViolations("v1"), []],
    ["a base path with a slash", rules.basePathViolations("/v1"), ["apigateway.base-path"]],
    ["settings of the whole stage", rules.methodPathViolations("*/*"), []],
    ["settings of a method", rules.methodPathViolations("orders/{orderId}/GET"), []],
    ["settings of the root's method", rules.methodPathViolations("~1/GET"), []],
    ["a method path with a first slash", rules.methodPathViolations("/orders/GET"), ["apigateway.method-path"]],
    ["a method path without a method", rules.methodPathViolations("orders"), ["apigateway.method-path"]],
    ["a method path in lower case", rules.methodPathViolations("orders/get"), ["apigateway.method-path"]],
    ["a method path for all methods of a path", rules.methodPathViolations("orders/*"), ["apigateway.method-path"]],
    ["the account's limits", rules.methodSettingsViolations({ throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000, loggingLevel: "INFO" }), []],
    ["no limits", rules.methodSettingsViolations({ throttlingRateLimit: -1, throttlingBurstLimit: -1 }), []],
    ["a rate above the account's", rules.methodSettingsViolations({ throttlingRateLimit: 10_001 }), ["apigateway.throttle-above-quota"]],
    ["a burst above the account's", rules.methodSettingsViolations({ throttlingBurstLimit: 5_001 }), ["apigateway.throttle-above-quota"]],
    ["a negative rate", rules.methodSettingsViolations({ throttlingRateLimit: -2 }), ["apigateway.throttle"]],
    ["half a burst", rules.methodSettingsViolations({ throttlingBurstLimit: 0.5 }), ["apigateway.throttle"]],
    ["a rate in words", rules.methodSettingsViolations({ throttlingRateLimit: "10" }), ["apigateway.throttle"]],
    ["an unknown logging level", rules.methodSettingsViolations({ loggingLevel: "DEBUG" }), ["apigateway.logging-level"]],
  ])("%s", (_, found, expected) => {
    expect(codes(found)).toEqual(expected);
  });

  it("says what was given and what is allowed", () => {
    expect(rules.methodSettingsViolations({ throttlingRateLimit: 20_000 })[0]).toMatchObject({ property: "settings.throttlingRateLimit", message: expect.stringMatching(/got 20000; allowed at most 10000/) });
  });
});

it.each([
  ["TLS_1_2", true],
  ["TLS_1_0", true],
  [undefined, true],
  ["SecurityPolicy_TLS13_1_2_2021_06", true],
  ["SecurityPolicy_TLS13_1_3_2025_09", false],
])("health checkers, which speak TLS 1.2, get through policy %s: %s", (policy, expected) => {
  expect(rules.offersTls12(policy)).toBe(expected);
});

describe("an OpenAPI document", () => {
  const check = (document: object): string[] => codes(documentViolations(JSON.stringify(document), REGION));
  const withPath = (path: string) => orders({ paths: { [path]: { get: integration() } } });
  const withIntegration = (more: object) => orders({ paths: { "/a": { get: integration(more) } } });
  const withModel = (schema: unknown, name = "Model") => orders({ components: { schemas: { [name]: schema } } });
  const withResponse = (type: string, response: object) => orders({ "x-amazon-apigateway-gateway-responses": { [type]: response } });
  const arn = `arn:aws:lambda:${REGION}:123456789012:function:orders`;
  const invokeArn = (region: string) => `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;

  it.each<[string, object, string[]]>([
    ["in order", orders(), []],
    ["of another version", orders({ openapi: "3.1.0" }), ["apigateway.document"]],
    ["of Swagger", orders({ openapi: undefined, swagger: "2.0" }), ["apigateway.document"]],
    ["without a method", orders({ paths: {} }), ["apigateway.no-method"]],
    ["with security at its root", orders({ security: [{ sigv4: [] }] }), ["apigateway.root-security"]],
    ["with /ping", withPath("/ping"), ["apigateway.reserved-path"]],
    ["with /sping", withPath("/sping"), ["apigateway.reserved-path"]],
    ["with /ping below the root", withPath("/a/ping"), []],
    ["with the root", withPath("/"), []],
    ["with a path without a slash", withPath("a"), ["apigateway.path"]],
    ["with an empty segment", withPath("/a//b"), ["apigateway.path"]],
    ["with a parameter inside a segment", withPath("/a/x{id}"), ["apigateway.path"]],
    ["with a blank in a path", withPath("/a b"), ["apigateway.path"]],
    ["with a greedy parameter in the middle", withPath("/{proxy+}/a"), ["apigateway.path"]],
    ["with two names for one parameter", orders({ paths: { "/a/{x}": { get: integration() }, "/a/{y}/b": { get: integration() } } }), ["apigateway.path-conflict"]],
    ["with a method without an integration", orders({ paths: { "/a": { get: {} } } }), ["apigateway.no-integration"]],
    ["with a function's ARN for its invoke ARN", withIntegration({ uri: arn }), ["apigateway.integration-uri"]],
    ["without a uri", withIntegration({ uri: undefined }), ["apigateway.integration-uri"]],
    ["with an invoke ARN of another region's API", withIntegration({ uri: invokeArn("us-east-1") }), ["apigateway.integration-region"]],
    ["that invokes Lambda by GET", withIntegration({ httpMethod: "GET" }), ["apigateway.integration-method"]],
    ["with a time limit of 50 ms", withIntegration({ timeoutInMillis: 50 }), []],
    ["with a time limit of 49 ms", withIntegration({ timeoutInMillis: 49 }), ["apigateway.timeout"]],
    ["with a time limit above 29 s", withIntegration({ timeoutInMillis: 29_001 }), ["apigateway.timeout"]],
    ["with a time limit in words", withIntegration({ timeoutInMillis: "1000" }), ["apigateway.timeout"]],
    ["with a validator that is not there", orders({ "x-amazon-apigateway-request-validators": {} }), ["apigateway.validator", "apigateway.validator"]],
    ["with a model's name that is not alphanumeric", withModel({ type: "object" }, "My-Model"), ["apigateway.model-name"]],
    ["with a model newer than draft 4", withModel({ const: 1 }), ["apigateway.model"]],
    ["with an unknown gateway response", withResponse("NOT_FOUND", {}), ["apigateway.gateway-response-type"]],
    ["with a gateway response without a status", withResponse("THROTTLED", { statusCode: "slow" }), ["apigateway.gateway-response-status"]],
    ["with a gateway response's parameter that is no header", withResponse("THROTTLED", { responseParameters: { "header.a": "'b'" } }), ["apigateway.gateway-response-parameter"]],
  ])("%s", (_, document, expected) => {
    const found = check(document);
    // Replaced components leave the fixture's own references without a target, which is the model's matter.
    expect(found).toEqual(expected);
  });

  it.each([["no JSON", "{"], ["no object", "[]"], ["nothing", undefined]])("that is %s", (_, body) => {
    expect(codes(documentViolations(body, REGION))).toEqual(["apigateway.document"]);
  });

  it("names the function behind an invoke ARN, with its version", () => {
    expect([functionOfUri(invokeArn(REGION)), functionOfUri(arn), functionOfUri(invokeArn(REGION).replace(":orders", ":orders:1"))]).toEqual([arn, undefined, `${arn}:1`]);
  });
});

describe("a model", () => {
  it.each<[string, unknown, number]>([
    ["draft 4 allows", { type: ["object", "null"], required: ["a"], properties: { const: { type: "string", pattern: "^a$" }, id: { minimum: 0, exclusiveMinimum: true } }, additionalProperties: false }, 0],
    ["no boolean schema", true, 1],
    ["no newer keyword in a property", { properties: { a: { const: 1 } } }, 1],
    ["no newer keyword in a list's items", { items: { contains: {} } }, 1],
    ["no newer keyword in a combination", { anyOf: [{ if: {} }] }, 1],
    ["no numeric exclusiveMinimum", { exclusiveMinimum: 0 }, 1],
    ["no unknown type", { type: "date" }, 1],
    ["no empty list of required members", { required: [] }, 1],
    ["no empty enum", { enum: [] }, 1],
    ["no negative length", { maxLength: -1 }, 1],
    ["no broken pattern", { pattern: "(" }, 1],
    ["no reference outside the document's models", { $ref: "other.json#/A" }, 1],
  ])("%s", (_, schema, count) => {
    expect(draft4Violations(schema)).toHaveLength(count);
  });
});
