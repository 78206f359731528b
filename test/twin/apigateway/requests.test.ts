import { HOST, order, orders, REGION, request, send, world, type Sketch } from "./support";

const MB = 1024 * 1024;

describe("request validation", () => {
  const ACCEPTED: readonly [string, Sketch][] = [
    ["a body that matches the model", order()],
    ["a charset beside the media type", order(undefined, { "content-type": ["application/json; charset=utf-8"] })],
    ["anything when the content type matches no model", order("no json", { "content-type": ["text/plain"] })],
    ["what only exclusiveMinimum would refuse", order('{"sku":"abc","count":0}')],
    ["what only maxItems would refuse", order('{"sku":"abc","count":1,"tags":["red","blue"]}')],
    ["what only format would refuse", order('{"sku":"abc","count":1,"note":"no date"}')],
  ];
  it.each(ACCEPTED)("lets through to the function %s", async (_, sketch) => {
    const here = world();
    expect([(await send(here, sketch)).status, here.backend.invoked.length]).toEqual([200, 1]);
  });

  const REFUSED: readonly [string, Sketch, string, string][] = [
    ["malformed JSON", order("{"), "BAD_REQUEST_BODY", "[the body is not valid JSON]"],
    ["an empty body", order(""), "BAD_REQUEST_BODY", "[the body is empty]"],
    ["malformed JSON without a content type, which counts as JSON", { ...order("{"), headers: { "request-token": ["t"] } }, "BAD_REQUEST_BODY", "[the body is not valid JSON]"],
    ["a missing member", order('{"sku":"abc"}'), "BAD_REQUEST_BODY", '[object has missing required properties (["count"])]'],
    ["an unknown member", order('{"sku":"abc","count":1,"x":1}'), "BAD_REQUEST_BODY", '[object instance has properties which are not allowed by the schema: ["x"]]'],
    ["a wrong type", order('{"sku":"abc","count":"1"}'), "BAD_REQUEST_BODY", '[instance type (string) does not match any allowed primitive type (allowed: ["integer"])]'],
    ["null for a nullable member, which draft 4 does not know", order('{"sku":"abc","count":1,"note":null}'), "BAD_REQUEST_BODY", '[instance type (null) does not match any allowed primitive type (allowed: ["string"])]'],
    ["too large a number", order('{"sku":"abc","count":10}'), "BAD_REQUEST_BODY", "[numeric instance is greater than the required maximum (maximum: 9, found: 10)]"],
    ["too small a number", order('{"sku":"abc","count":-1}'), "BAD_REQUEST_BODY", "[numeric instance is lower than the required minimum (minimum: 0, found: -1)]"],
    ["too long a string", order('{"sku":"abcdefghi","count":1}'), "BAD_REQUEST_BODY", '[string "abcdefghi" is too long (length: 9, maximum allowed: 8)]'],
    ["a string that does not match", order('{"sku":"ABC","count":1}'), "BAD_REQUEST_BODY", '[ECMA 262 regex "^[a-z]+$" does not match input string "ABC"]'],
    ["what a referenced model refuses", order('{"sku":"abc","count":1,"tags":["green"]}'), "BAD_REQUEST_BODY", '[instance value ("green") not found in enum (possible values: ["red","blue"])]'],
    ["an array for an object", order("[]"), "BAD_REQUEST_BODY", '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]'],
    ["a missing header", order(undefined, { "request-token": [] }), "BAD_REQUEST_PARAMETERS", ""],
    ["a blank header", order(undefined, { "request-token": [" "] }), "BAD_REQUEST_PARAMETERS", ""],
    ["a missing query parameter", { target: "/orders" }, "BAD_REQUEST_PARAMETERS", ""],
    ["a blank query parameter", { target: "/orders?customer=" }, "BAD_REQUEST_PARAMETERS", ""],
  ];
  it.each(REFUSED)("answers 400 to %s, before the function", async (_, sketch, type, detail) => {
    const here = world(orders({ "x-amazon-apigateway-gateway-responses": { DEFAULT_4XX: { responseTemplates: { "application/json": "$context.error.responseType $context.error.validationErrorString" } } } }));
    const answer = await send(here, sketch);
    expect([answer.status, answer.body, here.backend.invoked]).toEqual([400, `${type} ${detail}`, []]);
  });

  it("names the missing parameters", async () => {
    expect(JSON.parse((await send(world(), { target: "/orders" })).body)).toEqual({ message: "Missing required request parameters: [customer]" });
  });

  it("lets a method without a validator take anything", async () => {
    expect((await send(world(), { method: "POST", target: "/orders/search", headers: { "content-type": ["application/json"] }, body: "{" })).status).toBe(200);
  });
});

describe("limits", () => {
  const CASES: readonly [string, Sketch, number][] = [
    ["a body of 10 MB", order("x".repeat(10 * MB), { "content-type": ["text/plain"] }), 200],
    ["a body of one byte more", order("x".repeat(10 * MB + 1), { "content-type": ["text/plain"] }), 413],
    ["10,240 bytes of header values", { headers: { x: ["a".repeat(10_240 - HOST.length)] } }, 200],
    ["one byte of header more", { headers: { x: ["a".repeat(10_240 - HOST.length + 1)] } }, 431],
  ];
  it.each(CASES)("gives a client with %s the status of AWS", async (_, sketch, status) => {
    expect((await send(world(), sketch)).status).toBe(status);
  });
});

describe("IAM authorization", () => {
  const signed = (authorization?: string): Sketch => ({ target: "/signed", headers: authorization === undefined ? {} : { authorization: [authorization] } });
  it.each([
    ["no signature", signed(), "MissingAuthenticationTokenException"],
    ["a signature that nobody can verify", signed("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c"), "InvalidSignatureException"],
    ["a signature for many regions", signed("AWS4-ECDSA-P256-SHA256 Credential=a/b, SignedHeaders=host, Signature=c"), "InvalidSignatureException"],
    ["a presigned URL", { target: "/signed?X-Amz-Signature=c" }, "InvalidSignatureException"],
    ["another scheme", signed("Bearer abc"), "AccessDeniedException"],
  ])("answers 403 to %s", async (_, sketch, errorType) => {
    const here = world();
    const answer = await send(here, sketch);
    expect([answer.status, answer.headers["x-amzn-errortype"], here.backend.invoked]).toEqual([403, errorType, []]);
  });

  it("lets in whom the authorizer lets in, and tells the function who it is", async () => {
    const here = world();
    const userArn = "arn:aws:sts::123456789012:assumed-role/caller/session";
    const asked: unknown[] = [];
    here.gateway.authorize = (_request, method) => {
      asked.push(method);
      return { allowed: true, principal: { userArn, accessKey: "AKIA" } };
    };
    expect((await send(here, signed("x"))).status).toBe(200);
    expect(asked).toEqual([
      { region: REGION, apiId: "api1", stage: "prod", httpMethod: "GET", resourcePath: "/signed", methodArn: `arn:aws:execute-api:${REGION}:123456789012:api1/prod/GET/signed` },
    ]);
    expect(here.backend.invoked[0]?.event["requestContext"]).toMatchObject({ identity: { userArn, accessKey: "AKIA", accountId: "123456789012" } });
  });

  it("does not ask the authorizer about methods without IAM authorization", async () => {
    const here = world();
    here.gateway.authorize = () => ({ allowed: false, response: "ACCESS_DENIED", message: "no" });
    expect((await send(here)).status).toBe(200);
  });

  it("takes an unknown route for an unknown route, whoever asks", async () => {
    const here = world();
    here.gateway.authorize = () => ({ allowed: false, response: "ACCESS_DENIED", message: "no" });
    expect(JSON.parse((await send(here, { target: "/nowhere" })).body)).toEqual({ message: "Missing Authentication Token" });
  });
});

describe("throttling", () => {
  const statuses = async (here: ReturnType<typeof world>, count: number, sketch: Sketch = {}) => {
    const answers = [];
    for (let index = 0; index < count; index += 1) answers.push((await send(here, sketch)).status);
    return answers;
  };

  it("answers 429 once a method's burst is used up, and refills by its rate", async () => {
    const here = world();
    here.gateway.setThrottle("api1", "prod", "*/*", { ratePerSecond: 2, burst: 3 });
    expect(await statuses(here, 4)).toEqual([200, 200, 200, 429]);
    await here.kernel.run({ untilMs: here.kernel.now() + 1 });
    here.kernel.after(500, () => undefined);
    await here.kernel.run();
    expect(await statuses(here, 2)).toEqual([200, 429]);
  });

  it("gives each method of a stage its own bucket", async () => {
    const here = world();
    here.gateway.setThrottle("api1", "prod", "*/*", { ratePerSecond: 1, burst: 1 });
    expect(await statuses(here, 2)).toEqual([200, 429]);
    expect(await statuses(here, 2, { method: "POST", target: "/orders/search" })).toEqual([200, 429]);
  });

  it("prefers a method's own limit to the stage's", async () => {
    const here = world();
    here.gateway.setThrottle("api1", "prod", "*/*", { ratePerSecond: 1, burst: 1 });
    here.gateway.setThrottle("api1", "prod", "orders/{orderId}/GET", { ratePerSecond: 1, burst: 2 });
    expect(await statuses(here, 3)).toEqual([200, 200, 429]);
  });

  it("holds the account to its burst of 5,000 over all APIs of the region", async () => {
    const here = world();
    const answers = Promise.all(Array.from({ length: 5_001 }, () => here.gateway.handle(request())));
    await here.kernel.run();
    const throttled = (await answers).filter(({ status }) => status === 429);
    expect(throttled).toHaveLength(1);
    expect(JSON.parse(throttled[0]?.body ?? "")).toEqual({ message: "Too Many Requests" });
  });

  it("does not spend tokens on requests to unknown routes", async () => {
    const here = world();
    here.gateway.setThrottle("api1", "prod", "*/*", { ratePerSecond: 1, burst: 1 });
    await send(here, { target: "/nowhere" });
    expect(await statuses(here, 1)).toEqual([200]);
  });

  it("holds a method to a limit that is set after requests have come, and keeps its tokens when the stage is deployed anew", async () => {
    const here = world();
    expect(await statuses(here, 2)).toEqual([200, 200]);
    here.gateway.setThrottle("api1", "prod", "*/*", { ratePerSecond: 1, burst: 1 });
    expect(await statuses(here, 1)).toEqual([200]);
    here.gateway.putStage("api1", "prod", "dep1");
    expect(await statuses(here, 1)).toEqual([429]);
  });

  it("lets nothing through where the burst is 0", async () => {
    const here = world();
    here.gateway.setThrottle("api1", "prod", "*/*", { ratePerSecond: 5, burst: 0 });
    expect(await statuses(here, 1)).toEqual([429]);
  });
});
