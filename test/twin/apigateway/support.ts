import { Cloud, type Caller } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import type { Kernel } from "../../../twin/kernel/kernel";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import type { HttpRequest, HttpResponse } from "../../../twin/network";
import { gateway, type ApiGateway, type Backend } from "../../../twin/services/apigateway/index";

export const REGION = "eu-west-1";
export const ACCOUNT = "123456789012";
export const HOST = "orders.example.com";
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`;

/** What a function's test double is given. */
export interface Invoked {
  readonly functionArn: string;
  readonly event: Record<string, unknown>;
  readonly from: Caller;
}

/** Stands for Lambda: answers 200 unless told otherwise, remembers what it was given. */
export class FakeBackend implements Backend {
  readonly invoked: Invoked[] = [];
  readonly asked: string[] = [];
  permitted = true;
  answer: () => Promise<{ payload: unknown; functionError?: object }> = async () => ({ payload: { statusCode: 200, body: '{"ok":true}' } });

  async invoke(functionArn: string, event: unknown, from: Caller) {
    this.invoked.push({ functionArn, event: event as Record<string, unknown>, from }); // the gateway gives objects
    return this.answer();
  }

  allows(_functionArn: string, principal: string, sourceArn: string): boolean {
    this.asked.push(`${principal} ${sourceArn}`);
    return this.permitted;
  }
}

export const integration = (more: object = {}) => ({
  "x-amazon-apigateway-integration": {
    type: "aws_proxy",
    httpMethod: "POST",
    uri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`,
    ...more,
  },
});

const body = { required: true, content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } } };

/** An API of another program than this repository's: the twin must not know names. */
export const orders = (more: object = {}) => ({
  openapi: "3.0.1",
  info: { title: "orders", version: "1" },
  paths: {
    "/orders": {
      get: { ...integration(), parameters: [{ name: "customer", in: "query", required: true }], "x-amazon-apigateway-request-validator": "parameters" },
      post: {
        ...integration({ timeoutInMillis: 2000 }),
        requestBody: body,
        parameters: [{ name: "Request-Token", in: "header", required: true }],
        "x-amazon-apigateway-request-validator": "all",
      },
    },
    "/{proxy+}": { patch: { ...integration() } },
    "/orders/{orderId}": { get: { ...integration() } },
    "/orders/search": { post: { ...integration() } },
    "/orders/{orderId}/lines/{line}": { get: { ...integration() } },
    "/files/{proxy+}": { "x-amazon-apigateway-any-method": { ...integration() } },
    "/signed": { get: { ...integration(), security: [{ sigv4: [] }] } },
  },
  components: {
    schemas: {
      Order: {
        type: "object",
        required: ["sku", "count"],
        additionalProperties: false,
        properties: {
          sku: { type: "string", maxLength: 8, pattern: "^[a-z]+$" },
          count: { type: "integer", minimum: 0, exclusiveMinimum: true, maximum: 9 },
          note: { type: "string", nullable: true, format: "date-time" },
          tags: { type: "array", maxItems: 1, items: { $ref: "#/components/schemas/Tag" } },
        },
      },
      Tag: { type: "string", enum: ["red", "blue"] },
    },
    securitySchemes: { sigv4: { type: "apiKey", name: "Authorization", in: "header", "x-amazon-apigateway-authtype": "awsSigv4" } },
  },
  "x-amazon-apigateway-request-validators": {
    all: { validateRequestBody: true, validateRequestParameters: true },
    parameters: { validateRequestBody: false, validateRequestParameters: true },
  },
  ...more,
});

export const apiConfig = (document: object, disableExecuteApiEndpoint = true) => ({
  name: "orders",
  body: JSON.stringify(document),
  disableExecuteApiEndpoint,
  binaryMediaTypes: [] as string[],
});

export interface World<K extends Kernel = VirtualKernel> {
  readonly kernel: K;
  readonly cloud: Cloud;
  readonly gateway: ApiGateway;
  readonly backend: FakeBackend;
}

/** A region with one API at {@link HOST}, stage `prod`. */
export function worldOn<K extends Kernel>(kernel: K, document: object = orders()): World<K> {
  const functions = { environment: () => { throw new Error("no function runs here"); } };
  const cloud = new Cloud({ kernel, latency: noLatency, functions, accountId: ACCOUNT });
  const service = gateway(cloud, REGION);
  const backend = new FakeBackend();
  service.backend = backend;
  service.putApi("api1", apiConfig(document));
  service.deploy("dep1", "api1");
  service.putStage("api1", "prod", "dep1");
  service.addDomain({ domainName: HOST, regionalDomainName: `d-1.execute-api.${REGION}.amazonaws.com`, securityPolicy: "TLS_1_2" });
  service.mapBasePath(HOST, "", "api1", "prod");
  return { kernel, cloud, gateway: service, backend };
}

export const world = (document?: object): World => worldOn(new VirtualKernel(1), document);

export interface Sketch {
  readonly method?: string;
  readonly host?: string;
  readonly target?: string;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export const request = ({ method = "GET", host = HOST, target = "/orders/1", headers = {}, body: content = "" }: Sketch = {}): HttpRequest => ({
  method,
  host,
  target,
  headers: { host: [host], ...headers },
  body: typeof content === "string" ? Buffer.from(content) : content,
  sourceIp: "192.0.2.7",
});

/** A request that API Gateway and the function accept. */
export const order = (body = '{"sku":"abc","count":1}', headers: Sketch["headers"] = {}): Sketch => ({
  method: "POST",
  target: "/orders",
  headers: { "content-type": ["application/json"], "request-token": ["t1"], ...headers },
  body,
});

/** Sends a request in virtual time and runs until it is answered. */
export async function send({ kernel, gateway: service }: World, sketch: Sketch = {}): Promise<HttpResponse> {
  let outcome: { readonly answer: HttpResponse } | { readonly error: unknown } | undefined;
  service.handle(request(sketch)).then(
    (answer) => (outcome = { answer }),
    (error: unknown) => (outcome = { error }),
  );
  await kernel.run({ done: () => outcome !== undefined });
  if (!outcome) throw new Error("no answer");
  if ("error" in outcome) throw outcome.error;
  return outcome.answer;
}
