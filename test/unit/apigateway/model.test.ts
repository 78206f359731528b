import { apigateway } from "../../../twin/models/apigateway";
import type { AnyModel } from "../../../twin/models/model";
import { ACCOUNT, integration, orders, REGION } from "../../twin/apigateway/support";

const place = { accountId: ACCOUNT, region: REGION, name: "logical" };
const model = (type: string): AnyModel => {
  const found = apigateway.resources.find((each) => each.type === `aws:apigateway/${type}`);
  if (!found) throw new Error(`no model of ${type}`);
  return found;
};
const api = (document: object, more: object = {}) => ({ name: "orders", body: JSON.stringify(document), endpointConfiguration: { types: "REGIONAL" }, ...more });
const certificate = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/c`;
const domain = { domainName: "api.example.com", regionalCertificateArn: certificate, endpointConfiguration: { types: "REGIONAL" } };
const at = (operation: object, components: object = {}) => orders({ paths: { "/a": { post: operation } }, components });
const bodyOf = (schema: object) => ({ requestBody: { content: { "application/json": { schema } } }, "x-amazon-apigateway-request-validator": "all" });

describe("what a program asks for and AWS, or this twin, refuses", () => {
  it.each<[string, string, object, string[]]>([
    ["restApi:RestApi", "an API in order", api(orders()), []],
    ["restApi:RestApi", "no type of endpoint", api(orders(), { endpointConfiguration: undefined }), ["apigateway.endpoint-type"]],
    ["restApi:RestApi", "an unprintable name", api(orders(), { name: "a\nb" }), ["apigateway.name"]],
    ["restApi:RestApi", "no document", { ...api({}), body: undefined }, ["twin.apigateway"]],
    ["restApi:RestApi", "a document that is no JSON", { ...api({}), body: "{" }, ["apigateway.document"]],
    ["restApi:RestApi", "a function's ARN for its invoke ARN", api(at(integration({ uri: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f` }))), ["apigateway.integration-uri"]],
    ["restApi:RestApi", "a resource policy", api(orders(), { policy: "{}" }), ["twin.apigateway"]],
    ["restApi:RestApi", "an integration that the twin does not have", api(at(integration({ type: "http_proxy" }))), ["twin.apigateway"]],
    ["restApi:RestApi", "an integration with credentials", api(at(integration({ credentials: "arn:aws:iam::123456789012:role/r" }))), ["twin.apigateway"]],
    ["restApi:RestApi", "an authorizer that the twin does not have", api(at({ ...integration(), security: [{ key: [] }] }, { securitySchemes: { key: { type: "apiKey" } } })), ["twin.apigateway"]],
    ["restApi:RestApi", "a security scheme that is not there", api(at({ ...integration(), security: [{ key: [] }] })), ["twin.apigateway"]],
    ["restApi:RestApi", "a reference to a model that is not there", api(at({ ...integration(), ...bodyOf({ $ref: "#/components/schemas/Absent" }) })), ["apigateway.model"]],
    ["deployment:Deployment", "a deployment in order", { restApi: "a" }, []],
    ["deployment:Deployment", "no API", {}, ["apigateway.missing"]],
    ["stage:Stage", "a stage in order", { restApi: "a", deployment: "d", stageName: "live" }, []],
    ["stage:Stage", "no deployment", { restApi: "a", stageName: "live" }, ["apigateway.missing"]],
    ["stage:Stage", "a stage's name with a slash", { restApi: "a", deployment: "d", stageName: "a/b" }, ["apigateway.stage-name"]],
    ["methodSettings:MethodSettings", "settings in order", { restApi: "a", stageName: "live", methodPath: "*/*", settings: { throttlingBurstLimit: 1 } }, []],
    ["methodSettings:MethodSettings", "a burst above the account's", { restApi: "a", stageName: "live", methodPath: "*/*", settings: { throttlingBurstLimit: 6_000 } }, ["apigateway.throttle-above-quota"]],
    ["methodSettings:MethodSettings", "a method's path with a first slash", { restApi: "a", stageName: "live", methodPath: "/orders/GET", settings: {} }, ["apigateway.method-path"]],
    ["domainName:DomainName", "a domain in order", domain, []],
    ["domainName:DomainName", "no certificate", { ...domain, regionalCertificateArn: undefined }, ["apigateway.certificate"]],
    ["domainName:DomainName", "mutual TLS", { ...domain, mutualTlsAuthentication: { truststoreUri: "s3://a/b" } }, ["twin.apigateway-mutual-tls"]],
    ["basePathMapping:BasePathMapping", "a mapping in order", { domainName: "api.example.com", restApi: "a" }, []],
    ["basePathMapping:BasePathMapping", "no domain", { restApi: "a" }, ["apigateway.missing"]],
    ["basePathMapping:BasePathMapping", "a base path of two segments", { domainName: "api.example.com", restApi: "a", basePath: "a/b" }, ["apigateway.base-path"]],
    ["account:Account", "an account in order", { cloudwatchRoleArn: "arn:aws:iam::123456789012:role/r" }, []],
    ["account:Account", "a role's name for its ARN", { cloudwatchRoleArn: "r" }, ["apigateway.account-role"]],
  ])("%s: %s", (type, _, inputs, expected) => {
    expect(model(type).check(inputs as Record<string, unknown>, place).map(({ code }) => code)).toEqual(expected); // a fixture is any object
  });
});

describe("what AWS answers", () => {
  const outputs = (type: string, inputs: object, region = REGION) => model(type).outputs(inputs as Record<string, unknown>, { ...place, region }); // a fixture is any object

  it("an API's id, and the ARN that permissions name", () => {
    const { id, outputs: found } = outputs("restApi:RestApi", api(orders()));
    expect(id).toMatch(/^[a-z0-9]{10}$/);
    expect(found).toMatchObject({ name: "orders", arn: `arn:aws:apigateway:${REGION}::/restapis/${id}`, executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:${id}` });
    expect(found["rootResourceId"]).toMatch(/^[a-z0-9]{10}$/);
  });

  it("ids that differ between regions and are the same at every deployment", () => {
    const [first, again, elsewhere] = [REGION, REGION, "eu-north-1"].map((region) => outputs("restApi:RestApi", api(orders()), region).id);
    expect(again).toBe(first);
    expect(elsewhere).not.toBe(first);
  });

  it("a new deployment only for new triggers", () => {
    const id = (sha: string) => outputs("deployment:Deployment", { restApi: "a", triggers: { sha } }).id;
    expect(id("1")).toBe(id("1"));
    expect(id("2")).not.toBe(id("1"));
    expect(model("deployment:Deployment").replaceOn).toContain("triggers");
  });

  it("a stage's URL and ARNs", () => {
    expect(outputs("stage:Stage", { restApi: "abc", deployment: "d", stageName: "live" })).toMatchObject({
      id: "ags-abc-live",
      outputs: {
        invokeUrl: `https://abc.execute-api.${REGION}.amazonaws.com/live`,
        executionArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:abc/live`,
        arn: `arn:aws:apigateway:${REGION}::/restapis/abc/stages/live`,
      },
    });
  });

  it("a domain's target, one per region, and the zone that an alias needs", () => {
    const here = outputs("domainName:DomainName", domain, "us-east-1");
    const there = outputs("domainName:DomainName", domain, "us-east-2");
    expect(here.id).toBe("api.example.com");
    expect(here.outputs["regionalDomainName"]).toMatch(/^d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com$/);
    expect(there.outputs["regionalDomainName"]).toMatch(/^d-[a-z0-9]{10}\.execute-api\.us-east-2\.amazonaws\.com$/);
    expect([here.outputs["regionalZoneId"], there.outputs["regionalZoneId"]]).toEqual(["Z1UJRXOUMOOFQ8", "ZOJJZC49E0EPZ"]);
  });

  it("mappings, settings and the account by the provider's ids", () => {
    expect(outputs("basePathMapping:BasePathMapping", { domainName: "api.example.com", restApi: "a" }).id).toBe("api.example.com/");
    expect(outputs("methodSettings:MethodSettings", { restApi: "a", stageName: "s", methodPath: "*/*", settings: {} }).id).toBe("a-s-*/*");
    expect(outputs("account:Account", {}).id).toBe("api-gateway-account");
  });
});
