import { HostUnknown } from "../../../twin/network";
import { apiConfig, HOST, integration, orders, REGION, request, send, world, type Sketch } from "./support";

describe("hosts", () => {
  it("cuts off a client whose host has no custom domain in the region, as TLS would", async () => {
    await expect(send(world(), { host: "other.example.com" })).rejects.toBeInstanceOf(HostUnknown);
  });

  it("cuts off a client that names an address only", async () => {
    await expect(send(world(), { host: "127.0.0.1" })).rejects.toBeInstanceOf(HostUnknown);
  });

  it("does not let a domain of another region serve this one's clients", async () => {
    const there = world();
    const here = world();
    there.gateway.addDomain({ domainName: "there.example.com", regionalDomainName: "d-2.execute-api.x.amazonaws.com", securityPolicy: "TLS_1_2" });
    await expect(send(here, { host: "there.example.com" })).rejects.toBeInstanceOf(HostUnknown);
  });

  it("answers 403 at the API's own endpoint when the program has disabled it", async () => {
    const answer = await send(world(), { host: `api1.execute-api.${REGION}.amazonaws.com`, target: "/prod/orders/1" });
    expect([answer.status, answer.body]).toEqual([403, '{"message":"Forbidden"}']);
  });

  it("serves the API's own endpoint, stage first, when the program leaves it on", async () => {
    const on = world();
    on.gateway.putApi("api1", apiConfig(orders(), false));
    on.gateway.deploy("dep2", "api1");
    on.gateway.putStage("api1", "prod", "dep2");
    const answer = await send(on, { host: `api1.execute-api.${REGION}.amazonaws.com`, target: "/prod/orders/7" });
    expect(answer.status).toBe(200);
    expect(on.backend.invoked[0]?.event["pathParameters"]).toEqual({ orderId: "7" });
  });

  it("answers 403 Forbidden for a domain that no API is mapped to", async () => {
    const bare = world();
    bare.gateway.addDomain({ domainName: "bare.example.com", regionalDomainName: "d-3.execute-api.x.amazonaws.com", securityPolicy: "TLS_1_2" });
    expect((await send(bare, { host: "bare.example.com" })).status).toBe(403);
  });

  it("publishes the domain's AWS name so that a CNAME to it resolves to the region's address", () => {
    const { cloud } = world();
    cloud.network.open(REGION, "198.51.100.4", async () => ({ status: 200, headers: {}, body: "" }));
    expect(cloud.network.addresses(`d-1.execute-api.${REGION}.amazonaws.com`)).toEqual(["198.51.100.4"]);
  });

  it("serves a host below a wildcard domain", async () => {
    const wild = world();
    wild.gateway.addDomain({ domainName: "*.example.org", regionalDomainName: "d-4.execute-api.x.amazonaws.com", securityPolicy: "TLS_1_2" });
    wild.gateway.mapBasePath("*.example.org", "", "api1", "prod");
    expect((await send(wild, { host: "a.example.org" })).status).toBe(200);
  });
});

describe("base paths and stages", () => {
  it("strips a base path before it looks for the resource, and keeps it in the event's path", async () => {
    const based = world();
    based.gateway.mapBasePath(HOST, "v1", "api1", "prod");
    expect((await send(based, { target: "/v1/orders/9" })).status).toBe(200);
    expect(based.backend.invoked[0]?.event).toMatchObject({ path: "/v1/orders/9", resource: "/orders/{orderId}" });
  });

  it("reads the stage from the path when the mapping names none", async () => {
    const based = world();
    based.gateway.mapBasePath(HOST, "v2", "api1");
    expect((await send(based, { target: "/v2/prod/orders/9" })).status).toBe(200);
    expect((await send(based, { target: "/v2/test/orders/9" })).status).toBe(403);
  });

  it("goes on serving the deployment's snapshot after the document has changed", async () => {
    const changing = world();
    const changed = orders({ paths: { "/fresh": { get: integration() } } });
    changing.gateway.putApi("api1", apiConfig(changed));
    expect((await send(changing, { target: "/orders/1" })).status).toBe(200);
    expect((await send(changing, { target: "/fresh" })).status).toBe(403);

    changing.gateway.deploy("dep2", "api1");
    expect((await send(changing, { target: "/fresh" })).status).toBe(403);
    changing.gateway.putStage("api1", "prod", "dep2");
    expect((await send(changing, { target: "/fresh" })).status).toBe(200);
    expect((await send(changing, { target: "/orders/1" })).status).toBe(403);
  });

  it.each([
    ["a deployment of an API that is not there", (w: ReturnType<typeof world>) => w.gateway.deploy("d", "nothing")],
    ["a stage of a deployment that is not there", (w: ReturnType<typeof world>) => w.gateway.putStage("api1", "s", "nothing")],
  ])("refuses %s", (_, act) => {
    expect(() => act(world())).toThrow(/there is no/);
  });
});

describe("resources and methods", () => {
  const CASES: readonly [string, Sketch, number, string | undefined, object | null][] = [
    ["a literal before a parameter beside it", { method: "POST", target: "/orders/search" }, 200, "/orders/search", null],
    ["no fall-back to the parameter when the literal lacks the method", { target: "/orders/search" }, 403, undefined, null],
    ["a parameter, URL-decoded", { target: "/orders/a%20b%2Fc" }, 200, "/orders/{orderId}", { orderId: "a b/c" }],
    ["a parameter that is not encoded properly as it is", { target: "/orders/50%" }, 200, "/orders/{orderId}", { orderId: "50%" }],
    ["two parameters", { target: "/orders/7/lines/2" }, 200, "/orders/{orderId}/lines/{line}", { orderId: "7", line: "2" }],
    ["a greedy parameter, any method", { method: "PUT", target: "/files/a/b.txt" }, 200, "/files/{proxy+}", { proxy: "a/b.txt" }],
    ["a slash at the end as if it were not there", { target: "/orders/7/" }, 200, "/orders/{orderId}", { orderId: "7" }],
    ["no empty segment for a parameter", { target: "/orders//lines/2" }, 403, undefined, null],
    ["403 for an unknown route", { target: "/nowhere" }, 403, undefined, null],
    ["403 for a route that is a prefix only", { target: "/files" }, 403, undefined, null],
    ["403 for the wrong method", { method: "DELETE", target: "/orders" }, 403, undefined, null],
    ["403 for a path in another case", { target: "/Orders/1" }, 403, undefined, null],
    ["403 for the asterisk form", { method: "OPTIONS", target: "*" }, 403, undefined, null],
  ];
  it.each(CASES)("gives a client %s", async (_, sketch, status, resource, pathParameters) => {
    const here = world();
    const answer = await send(here, sketch);
    expect(answer.status).toBe(status);
    if (status === 403) expect(JSON.parse(answer.body)).toEqual({ message: "Missing Authentication Token" });
    else expect(here.backend.invoked[0]?.event).toMatchObject({ resource, pathParameters });
  });

  it.each(["/ping", "/sping"])("keeps %s for the service's own health check", async (target) => {
    const here = world();
    const answer = await send(here, { target });
    expect([answer.status, here.backend.invoked]).toEqual([200, []]);
  });
});

describe("what others can see of a request", () => {
  it("records one event per answered request and tells the listeners until they stop listening", async () => {
    const here = world();
    const logged: unknown[] = [];
    const heard: unknown[] = [];
    here.kernel.observe(({ kind, data }) => kind === "apigateway.request" && logged.push(data));
    const stop = here.gateway.onResponse((answered) => heard.push(answered));
    here.backend.answer = async () => {
      await here.kernel.sleep(40);
      return { payload: { statusCode: 201 } };
    };
    await send(here, { target: "/orders/1?secret=x" });
    stop();
    await send(here, { target: "/nowhere" });
    const first = { region: REGION, host: HOST, method: "GET", path: "/orders/1", status: 201, latencyMs: 40 };
    expect(logged).toEqual([first, { ...first, path: "/nowhere", status: 403, latencyMs: 0 }]);
    expect(heard).toEqual([first]);
  });

  it("gives every answer a request id of its own, the same for the same seed", async () => {
    const ids = async () => {
      const here = world();
      return [await send(here), await send(here, { target: "/nowhere" })].map(({ headers }) => headers["x-amzn-requestid"]);
    };
    const [first, second] = [await ids(), await ids()];
    expect(first[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(first[0]).not.toBe(first[1]);
    expect(second).toEqual(first);
  });

  it("counts a request by its method from when the stage's settings say so, not before", async () => {
    const here = world();
    const counted = () =>
      here.cloud.metrics.find(REGION, { namespace: "AWS/ApiGateway", name: "Count", dimensions: { ApiName: "orders", Stage: "prod", Resource: "/orders/{orderId}", Method: "GET" } })?.total();
    await send(here);
    expect(counted()).toBeUndefined();
    here.gateway.setDetailedMetrics("api1", "prod", "*/*", true);
    await send(here);
    expect(counted()).toBe(1);
    here.gateway.setDetailedMetrics("api1", "prod", "orders/{orderId}/GET", false);
    await send(here);
    expect(counted()).toBe(1);
  });

  it("lists its domains with their TLS policies", () => {
    expect(world().gateway.domains()).toEqual([{ domainName: HOST, regionalDomainName: `d-1.execute-api.${REGION}.amazonaws.com`, securityPolicy: "TLS_1_2" }]);
  });

  it("is the front door of a region's address", async () => {
    const { cloud, kernel, gateway } = world();
    cloud.network.open(REGION, "198.51.100.4", (received) => gateway.handle(received));
    const answer = cloud.network.send("198.51.100.4", request());
    await kernel.run();
    expect((await answer).status).toBe(200);
  });
});
