import { AwsError } from "../../../twin/errors";
import { ConnectionRefused, InjectedError } from "../../../twin/kernel/door";
import { logTime } from "../../../twin/services/apigateway/event";
import { ACCOUNT, apiConfig, HOST, order, orders, REGION, send, world, type FakeBackend } from "./support";

const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`;
const route = { region: REGION, service: "lambda", operation: "Invoke" };
const internal = { message: "Internal server error" };

describe("what the function is given", () => {
  it("is a whole proxy event", async () => {
    const here = world();
    await send(here, {
      ...order(),
      target: "/orders?a=1&b=x+y%21&a=2",
      headers: { "content-type": ["application/json"], "request-token": ["t1", "t2"], "user-agent": ["jest"], connection: ["close"] },
    });
    const [{ functionArn, event, from } = { functionArn: "", event: {}, from: {} }] = here.backend.invoked;
    expect(functionArn).toBe(FUNCTION);
    expect(from).toEqual({ region: REGION, principal: "apigateway.amazonaws.com" });
    expect(event).toMatchObject({
      resource: "/orders",
      path: "/orders",
      httpMethod: "POST",
      queryStringParameters: { a: "2", b: "x y!" },
      multiValueQueryStringParameters: { a: ["1", "2"], b: ["x y!"] },
      pathParameters: null,
      stageVariables: null,
      body: '{"sku":"abc","count":1}',
      isBase64Encoded: false,
      headers: { "request-token": "t2", host: HOST, "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https" },
      multiValueHeaders: { "request-token": ["t1", "t2"] },
      requestContext: {
        accountId: ACCOUNT,
        apiId: "api1",
        stage: "prod",
        httpMethod: "POST",
        resourcePath: "/orders",
        path: "/orders",
        domainName: HOST,
        domainPrefix: "orders",
        requestTime: "01/Jan/2026:00:00:00 +0000",
        requestTimeEpoch: Date.UTC(2026, 0, 1),
        identity: { sourceIp: "192.0.2.7", userAgent: "jest", userArn: null },
      },
    });
    expect(event["headers"]).not.toHaveProperty("connection");
  });

  it("has null where there is no query and no body", async () => {
    const here = world();
    await send(here, { target: "/orders/1" });
    expect(here.backend.invoked[0]?.event).toMatchObject({ queryStringParameters: null, multiValueQueryStringParameters: null, body: null });
  });

  it("carries the request id that the client is told", async () => {
    const here = world();
    const { headers } = await send(here);
    expect(here.backend.invoked[0]?.event["requestContext"]).toMatchObject({ requestId: headers["x-amzn-requestid"] });
  });

  it("has binary bodies in base64 where the API says that their type is binary", async () => {
    const here = world();
    here.gateway.putApi("api1", { ...apiConfig(orders()), binaryMediaTypes: ["image/*"] });
    here.gateway.deploy("dep2", "api1");
    here.gateway.putStage("api1", "prod", "dep2", { colour: "blue" });
    await send(here, { method: "POST", target: "/orders/search", headers: { "content-type": ["image/png"] }, body: new Uint8Array([255, 0, 1]) });
    expect(here.backend.invoked[0]?.event).toMatchObject({ body: "/wAB", isBase64Encoded: true, stageVariables: { colour: "blue" } });
  });

  it("survives query parameters with names of object members", async () => {
    const here = world();
    await send(here, { target: "/orders/1?__proto__=x&constructor=y" });
    expect(JSON.parse(JSON.stringify(here.backend.invoked[0]?.event["queryStringParameters"])).constructor).toBe("y");
  });

  it("tells the time of the common log format", () => {
    expect(logTime(Date.UTC(2026, 10, 21, 6, 5, 4))).toBe("21/Nov/2026:06:05:04 +0000");
  });
});

describe("the function's resource policy", () => {
  it("is asked about the very path that was requested", async () => {
    const here = world();
    await send(here, { target: "/orders/7/lines/2" });
    expect(here.backend.asked).toEqual([`apigateway.amazonaws.com arn:aws:execute-api:${REGION}:${ACCOUNT}:api1/prod/GET/orders/7/lines/2`]);
  });

  it("that does not let API Gateway in gives the client 500, and the function is not called", async () => {
    const here = world();
    here.backend.permitted = false;
    const answer = await send(here);
    expect([answer.status, JSON.parse(answer.body), here.backend.invoked]).toEqual([500, internal, []]);
  });
});

describe("what the client is given", () => {
  const ok = (payload: unknown): FakeBackend["answer"] => async () => ({ payload });
  it.each<[string, unknown, number, Record<string, string>, string]>([
    ["status, headers and body", { statusCode: 201, headers: { "X-A": "1", "X-B": true }, body: "b" }, 201, { "x-a": "1", "x-b": "true" }, "b"],
    ["the content type application/json by default", { statusCode: 200 }, 200, { "content-type": "application/json" }, ""],
    ["the function's own content type", { statusCode: 200, headers: { "Content-Type": "text/plain" } }, 200, { "content-type": "text/plain" }, ""],
    ["200 without a status", {}, 200, {}, ""],
    ["a status in digits", { statusCode: "404" }, 404, {}, ""],
    ["several values of a header", { statusCode: 200, multiValueHeaders: { "X-A": ["1", "2"] } }, 200, { "x-a": "1, 2" }, ""],
    ["a remapped Date", { statusCode: 200, headers: { Date: "x" } }, 200, { "x-amzn-remapped-date": "x" }, ""],
    ["a decoded body", { statusCode: 200, body: "YWJj", isBase64Encoded: true }, 200, {}, "abc"],
  ])("is %s", async (_, payload, status, headers, body) => {
    const here = world();
    here.backend.answer = ok(payload);
    const answer = await send(here);
    expect(answer).toMatchObject({ status, headers, body });
  });

  it.each<[string, FakeBackend["answer"], number]>([
    ["a function that failed", async () => ({ payload: undefined, functionError: { errorType: "Error" } }), 502],
    ["no answer at all", ok(undefined), 502],
    ["a string", ok("hello"), 502],
    ["a body that is an object", ok({ statusCode: 200, body: { a: 1 } }), 502],
    ["a member that API Gateway does not know", ok({ statusCode: 200, extra: 1 }), 502],
    ["a status that is none", ok({ statusCode: 42 }), 502],
    ["headers that are a list", ok({ statusCode: 200, headers: ["a"] }), 502],
    ["a header with a line break", ok({ statusCode: 200, headers: { a: "x\r\ny: z" } }), 502],
    ["a header that is an object", ok({ statusCode: 200, headers: { a: {} } }), 502],
    ["a throttled function", () => Promise.reject(new AwsError("TooManyRequestsException", "Rate Exceeded.", 429)), 500],
    ["a function that is not there", () => Promise.reject(new AwsError("ResourceNotFoundException", "no", 404)), 500],
    ["Lambda that cannot be reached", () => Promise.reject(new ConnectionRefused(route)), 500],
    ["Lambda's own internal error", () => Promise.reject(new InjectedError(route)), 500],
  ])("is AWS's internal error for %s, told once", async (_, behaviour, status) => {
    const here = world();
    here.backend.answer = behaviour;
    const answer = await send(here);
    expect([answer.status, JSON.parse(answer.body), here.backend.invoked.length]).toEqual([status, internal, 1]);
  });

  it.each([
    ["the integration's own time limit", order(), 2_000],
    ["29 s by default", {}, 29_000],
  ])("is 504 after %s when the function does not answer", async (_, sketch, ms) => {
    const here = world();
    here.backend.answer = () => new Promise(() => undefined);
    const start = here.kernel.now();
    const answer = await send(here, sketch);
    expect([answer.status, JSON.parse(answer.body), here.kernel.now() - start]).toEqual([504, { message: "Endpoint request timed out" }, ms]);
  });

  it("does not hide a defect of the twin behind an answer", async () => {
    const here = world();
    here.backend.answer = () => Promise.reject(new TypeError("defect"));
    await expect(send(here)).rejects.toThrow("defect");
  });
});

describe("gateway responses", () => {
  const custom = (responses: object) => world(orders({ "x-amazon-apigateway-gateway-responses": responses }));

  it("can be given another status, headers and body", async () => {
    const here = custom({
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: "404",
        responseParameters: {
          "gatewayresponse.header.Cache-Control": "'no-store'",
          "gatewayresponse.header.X-Id": "context.requestId",
          "gatewayresponse.header.X-Echo": "method.request.header.X-In",
          "gatewayresponse.header.X-Query": "method.request.querystring.q",
          "gatewayresponse.header.X-None": "method.request.header.Absent",
        },
        responseTemplates: { "application/json": '{"m":$context.error.messageString,"t":"$context.error.responseType","id":"${context.requestId}","s":"$context.stage.","n":"$context.unknown"}' },
      },
    });
    const answer = await send(here, { target: "/nowhere?q=5", headers: { "x-in": ["echoed"] } });
    const id = answer.headers["x-amzn-requestid"];
    expect(answer.status).toBe(404);
    expect(answer.headers).toMatchObject({ "cache-control": "no-store", "x-id": id, "x-echo": "echoed", "x-query": "5", "content-type": "application/json" });
    expect(answer.headers).not.toHaveProperty("x-none");
    expect(JSON.parse(answer.body)).toEqual({ m: "Missing Authentication Token", t: "MISSING_AUTHENTICATION_TOKEN", id, s: "prod.", n: "" });
  });

  it("fall back to DEFAULT_4XX and DEFAULT_5XX, each in its own class", async () => {
    const here = custom({ DEFAULT_4XX: { statusCode: 418 }, DEFAULT_5XX: { statusCode: 503 } });
    expect((await send(here, { target: "/nowhere" })).status).toBe(418);
    here.backend.answer = async () => ({ payload: 1 });
    expect((await send(here)).status).toBe(503);
    here.backend.permitted = false;
    expect((await send(here)).status).toBe(503);
  });

  it("of a type that is customized take nothing from the fall-back", async () => {
    const here = custom({ DEFAULT_4XX: { statusCode: 418 }, MISSING_AUTHENTICATION_TOKEN: { responseTemplates: { "application/json": "x" } } });
    const answer = await send(here, { target: "/nowhere" });
    expect([answer.status, answer.body]).toEqual([403, "x"]);
  });

  it("insert the validation error as it is, so that a template that quotes it breaks as on AWS", async () => {
    const here = custom({ BAD_REQUEST_BODY: { responseTemplates: { "application/json": '{"detail":"$context.error.validationErrorString"}' } } });
    const { body } = await send(here, order("{}"));
    expect(() => JSON.parse(body)).toThrow(SyntaxError);
  });
});
