import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { startControl, type Control, type ControlSources } from "../../../platform/control";
import type { Status } from "../../../platform/status";
import { FaultBoard } from "../../../twin/kernel/faults";
import { VirtualKernel } from "../../../twin/kernel/virtual";

const STATUS = { environment: "local", stack: "local" } as unknown as Status; // the server passes it on unread
const GRAPH = { resources: [], outputs: { a: 1 }, refusals: [] };
const OUTAGE = { kind: "outage", region: "us-east-1", mode: "vanish" };

let control: Control;
let faults: FaultBoard;
let stops: number;
let defects: unknown[];

async function start(over: Partial<ControlSources> = {}): Promise<Control> {
  const kernel = new VirtualKernel(1);
  faults = new FaultBoard(kernel);
  stops = 0;
  defects = [];
  return startControl(
    {
      status: () => STATUS,
      graph: () => GRAPH,
      faults,
      regions: ["us-east-1", "us-east-2", "us-west-2"],
      resolve: (name) => (name === "local.payments.test" ? "127.0.0.2" : undefined),
      stop: () => {
        stops += 1;
      },
      requestId: () => kernel.random("control").id(12),
      onDefect: (error) => defects.push(error),
      ...over,
    },
    0,
  );
}

beforeEach(async () => {
  control = await start();
});
afterEach(() => control.close());

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** node:http, because fetch lets nobody set Host. */
function ask({ method = "GET", path, headers = {}, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port: control.port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on("error", reject).end(body);
  });
}

/** Sends bytes as they are; all that comes back until the server closes. */
function exchange(sent: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = "";
    const socket = connect(control.port, "127.0.0.1", () => socket.write(sent));
    socket.setEncoding("utf8").on("data", (part: string) => (received += part));
    socket.on("error", reject).on("close", () => resolve(received));
  });
}

const post = (body: unknown, more: Partial<Asked> = {}): Asked => ({ method: "POST", path: "/faults", body: JSON.stringify(body), ...more });
const raw = (body: string | Uint8Array): Asked => ({ method: "POST", path: "/faults", body });

describe("what is asked as documented is answered so", () => {
  test("status and graph are passed on as JSON", async () => {
    const status = await ask({ path: "/status" });
    expect([status.status, status.headers["content-type"], JSON.parse(status.text)]).toEqual([200, "application/json", STATUS]);
    expect(JSON.parse((await ask({ path: "/graph?x=1" })).text)).toEqual(GRAPH);
  });

  test("a fault is added, listed, found on the board and removed", async () => {
    const added = await ask(post(OUTAGE));
    expect(added.status).toBe(201);
    expect(added.headers["location"]).toBe("/faults/fault-1");
    expect(JSON.parse(added.text)).toEqual({ id: "fault-1", fault: OUTAGE, since: VIRTUAL_START });
    expect(faults.outage("us-east-1")).toBe("vanish");
    expect(JSON.parse((await ask({ path: "/faults" })).text)).toEqual({ faults: [JSON.parse(added.text)] });
    expect(await ask({ method: "DELETE", path: "/faults/fault-1" })).toMatchObject({ status: 204, text: "" });
    expect(faults.outage("us-east-1")).toBeUndefined();
  });

  test("curl's default content type does not stop a fault", async () => {
    expect((await ask(post(OUTAGE, { headers: { "content-type": "application/x-www-form-urlencoded" } }))).status).toBe(201);
  });

  test("a name resolves to its address as text, ready for a shell", async () => {
    const { status, headers, text } = await ask({ path: "/resolve?name=local.payments.test" });
    expect([status, headers["content-type"], text]).toEqual([200, "text/plain; charset=utf-8", "127.0.0.2\n"]);
  });

  test("stop answers before it stops, and stops once however often it is asked", async () => {
    expect((await ask({ method: "POST", path: "/stop" })).status).toBe(202);
    expect((await ask({ method: "POST", path: "/stop" })).status).toBe(202);
    expect(stops).toBe(1);
  });

  test("HEAD is GET without a body", async () => {
    expect(await ask({ method: "HEAD", path: "/status" })).toMatchObject({ status: 200, text: "" });
  });

  test.each(["localhost", "LOCALHOST:99", "127.0.0.1", "[::1]:8081"])("a person at Host %s is served", async (host) => {
    expect((await ask({ path: "/status", headers: { host } })).status).toBe(200);
  });

  test("the own page may change things", async () => {
    const own = `localhost:${control.port}`;
    expect((await ask(post(OUTAGE, { headers: { host: own, origin: `http://${own}` } }))).status).toBe(201);
  });
});

const VIRTUAL_START = new VirtualKernel(1).now();

describe("bad requests get one error shape, the right status, and change nothing", () => {
  const big = JSON.stringify({ kind: "outage", region: "x".repeat(70_000) });
  test.each<[string, Asked, number, string, string]>([
    ["an unknown route", { path: "/nope" }, 404, "NOT_FOUND", "/nope"],
    ["a route with something behind it", { path: "/status/x" }, 404, "NOT_FOUND", "/status/x"],
    ["a path that does not decode", { path: "/faults/%E0%A4%A" }, 404, "NOT_FOUND", "%E0"],
    ["a target with two slashes", { path: "//" }, 404, "NOT_FOUND", "//"],
    ["a file that the page lacks", { path: "/page/control.ts" }, 404, "NOT_FOUND", "control.ts"],
    ["a way out of the page's folder", { path: "/page/..%2Fcontrol.ts" }, 404, "NOT_FOUND", "../control.ts"],
    ["a name of every object", { path: "/page/constructor" }, 404, "NOT_FOUND", "constructor"],
    ["the wrong method", { method: "PUT", path: "/faults" }, 405, "METHOD_NOT_ALLOWED", "GET, HEAD, POST"],
    ["GET of a fault", { path: "/faults/fault-1" }, 405, "METHOD_NOT_ALLOWED", "DELETE"],
    ["GET of stop", { path: "/stop" }, 405, "METHOD_NOT_ALLOWED", "POST"],
    ["an unknown fault", { method: "DELETE", path: "/faults/fault-9" }, 404, "NOT_FOUND", "fault-9"],
    ["no name", { path: "/resolve" }, 400, "INVALID_REQUEST", "name"],
    ["an empty name", { path: "/resolve?name=" }, 400, "INVALID_REQUEST", "name"],
    ["two names", { path: "/resolve?name=a&name=b" }, 400, "INVALID_REQUEST", "name"],
    ["a name without an address", { path: "/resolve?name=other.test" }, 404, "NOT_FOUND", "other.test"],
    ["no body", raw(""), 400, "MALFORMED_JSON", "empty"],
    ["half a body", raw('{"kind":'), 400, "MALFORMED_JSON", "JSON"],
    ["bytes that are not UTF-8", raw(new Uint8Array([0x22, 0xff, 0x22])), 400, "MALFORMED_JSON", "UTF-8"],
    ["a body that is too large", raw(big), 413, "TOO_LARGE", "65536"],
    ["a list", post([OUTAGE]), 400, "INVALID_REQUEST", "outage, service, partition"],
    ["null", post(null), 400, "INVALID_REQUEST", "outage, service, partition"],
    ["an unknown kind", post({ kind: "meteor" }), 400, "INVALID_REQUEST", "outage, service, partition"],
    ["a kind of every object", post({ kind: "constructor" }), 400, "INVALID_REQUEST", "outage, service, partition"],
    ["an unknown field", post({ ...OUTAGE, colour: "red" }), 400, "INVALID_REQUEST", "region, mode, forSeconds"],
    ["a prototype as a field", raw('{"kind":"outage","region":"us-east-1","__proto__":{}}'), 400, "INVALID_REQUEST", "__proto__"],
    ["no region", post({ kind: "outage" }), 400, "INVALID_REQUEST", "region: missing"],
    ["an unknown region", post({ kind: "outage", region: "mars-1" }), 400, "INVALID_REQUEST", "us-east-1, us-east-2, us-west-2"],
    ["a rate above 1", post({ kind: "service", service: "s3", rate: 2 }), 400, "INVALID_REQUEST", "0..1"],
    ["a mode of another kind", post({ ...OUTAGE, mode: "delay" }), 400, "INVALID_REQUEST", "refuse, vanish"],
    ["another host (DNS rebinding)", { path: "/status", headers: { host: "evil.test" } }, 403, "FORBIDDEN", "evil.test"],
    ["a host that only starts well", { path: "/status", headers: { host: "localhost.evil.test:80" } }, 403, "FORBIDDEN", "evil.test"],
    ["another page's fault", post(OUTAGE, { headers: { origin: "http://evil.test" } }), 403, "FORBIDDEN", "evil.test"],
    ["a sandboxed page's fault", post(OUTAGE, { headers: { origin: "null" } }), 403, "FORBIDDEN", "origin"],
    ["a page of another port's stop", { method: "POST", path: "/stop", headers: { origin: "http://127.0.0.1:3000" } }, 403, "FORBIDDEN", "3000"],
  ])("%s", async (_, asked, status, code, says) => {
    const answer = await ask(asked);
    expect(answer.status).toBe(status);
    const body = JSON.parse(answer.text);
    expect(Object.keys(body).sort()).toEqual(["error", "requestId"]);
    expect(body.error.code).toBe(code);
    expect([body.error.message, ...(body.error.details ?? [])].join("\n")).toContain(says);
    expect(body.requestId).toBe(answer.headers["x-request-id"]);
    expect(answer.text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(/);
    expect(faults.list()).toEqual([]);
    expect([stops, defects]).toEqual([0, []]);
  });

  test("405 tells the allowed methods in Allow, as RFC 9110 wants", async () => {
    expect((await ask({ method: "PATCH", path: "/faults" })).headers["allow"]).toBe("GET, HEAD, POST");
  });

  test.each([
    ["no HTTP at all", "hello\r\n\r\n", "400", "INVALID_REQUEST"],
    ["a header without an end", `GET /status HTTP/1.1\r\nhost: localhost\r\nx: ${"y".repeat(20_000)}\r\n\r\n`, "431", "TOO_LARGE"],
    ["HTTP without a host", "GET /status HTTP/1.1\r\nconnection: close\r\n\r\n", "403", "FORBIDDEN"],
    ["an expectation that nobody knows", "GET /nope HTTP/1.1\r\nhost: localhost\r\nexpect: tea\r\nconnection: close\r\n\r\n", "404", "NOT_FOUND"],
  ])("%s gets the error shape too", async (_, sent, status, code) => {
    const text = await exchange(sent);
    expect(text).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(text.slice(text.indexOf("\r\n\r\n")))).toMatchObject({ error: { code }, requestId: expect.stringMatching(/^[a-z0-9]{12}$/) });
  });
});

test("a defect answers 500 without particulars; the twin's owner gets them", async () => {
  const boom = new Error("secret: /home/x");
  await control.close();
  control = await start({
    status: () => {
      throw boom;
    },
  });
  const { status, text } = await ask({ path: "/status" });
  expect([status, JSON.parse(text).error.code]).toEqual([500, "INTERNAL_ERROR"]);
  expect(text).not.toContain("secret");
  expect(defects).toEqual([boom]);
});

test("a caller who hangs up in the middle of a body is no defect and breaks nobody's next call", async () => {
  const socket = connect(control.port, "127.0.0.1", () => {
    socket.write("POST /faults HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{");
    setTimeout(() => socket.destroy(), 50);
  });
  await new Promise((resolve) => socket.on("close", resolve));
  expect((await ask({ path: "/status" })).status).toBe(200);
  expect(defects).toEqual([]);
});

test("the body of a refused call is not taken for the connection's next request", async () => {
  const body = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
  const refused = `POST /nope HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const text = await exchange(`${refused}GET /status HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["404", "200"]);
});

test("a busy port is named, with the option that chooses another", async () => {
  const sources = { faults } as unknown as ControlSources; // a server that does not start asks for nothing
  await expect(startControl(sources, control.port)).rejects.toMatchObject({
    code: "CONTROL_PORT_BUSY",
    message: expect.stringMatching(new RegExp(`${control.port}.*--control-port`)),
  });
});
