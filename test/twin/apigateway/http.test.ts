import { Agent, request as httpRequest } from "node:http";
import { connect, createServer } from "node:net";
import { HttpListenError, serveHttp, type HttpDoor } from "../../../twin/doors/http";
import { RealKernel } from "../../../twin/kernel/real";
import { HOST, orders, REGION, worldOn, type World } from "./support";

const ADDRESS = "127.0.0.1";

let here: World<RealKernel>;
let door: HttpDoor;

beforeEach(async () => {
  const kernel = new RealKernel(1, (error) => { throw error; });
  here = worldOn(kernel, orders());
  here.cloud.network.open(REGION, ADDRESS, (request) => here.gateway.handle(request));
  door = await serveHttp({ cloud: here.cloud, region: REGION, address: ADDRESS, port: 0, addressHost: HOST });
});

afterEach(async () => {
  await door.close();
  here.kernel.stop();
});

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  readonly timeoutMs?: number;
}

function ask({ method = "GET", path = "/orders/1", headers = {}, body, agent, timeoutMs = 5_000 }: Asked = {}): Promise<{ status: number; headers: object; body: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = httpRequest({ host: ADDRESS, port: door.port, method, path, headers: { host: HOST, ...headers }, signal, ...(agent ? { agent } : {}) }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Sends bytes as they are; resolves with all that comes back until the end of the connection. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(door.port, ADDRESS, () => socket.write(bytes));
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    socket.on("close", () => resolve(text));
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? resolve(text) : reject(error)));
  });
}

const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then((value) => value, (error: NodeJS.ErrnoException) => error.code ?? error.name);

describe("a client over a socket", () => {
  it("gets the API's answer", async () => {
    const answer = await ask();
    expect(answer).toMatchObject({ status: 200, body: '{"ok":true}', headers: { "content-type": "application/json", "content-length": "11" } });
  });

  it("is cut off without an answer for a host that TLS would not know", async () => {
    expect(await codeOf(ask({ headers: { host: "other.example.com" } }))).toBe("ECONNRESET");
  });

  it("reaches the region's own API by the bare address", async () => {
    expect((await ask({ headers: { host: `${ADDRESS}:${door.port}` } })).status).toBe(200);
    expect(here.backend.invoked[0]?.event["headers"]).toMatchObject({ host: HOST });
  });

  it("is cut off at the bare address where the door has been given no host for it", async () => {
    const bare = await serveHttp({ cloud: here.cloud, region: REGION, address: ADDRESS, port: 0 });
    expect(await codeOf(fetch(`http://${ADDRESS}:${bare.port}/orders/1`))).not.toHaveProperty("status");
    await bare.close();
  });

  it("hands on a repeated header with all its values, so that a repeated idempotency key is seen", async () => {
    await raw(`GET /orders/1 HTTP/1.1\r\nHost: ${HOST}\r\nRequest-Token: a\r\nrequest-token: b\r\nConnection: close\r\n\r\n`);
    expect(here.backend.invoked[0]?.event["multiValueHeaders"]).toMatchObject({ "request-token": ["a", "b"] });
  });

  it("gets through with a body byte by byte as it was sent", async () => {
    await ask({ method: "POST", path: "/orders/search", headers: { "content-type": "text/plain" }, body: "zwölf €" });
    expect(here.backend.invoked[0]?.event).toMatchObject({ body: "zwölf €", httpMethod: "POST" });
  });

  it("gets 413 for a body over 10 MB, and the connection ends instead of taking the rest", async () => {
    const answer = await raw(`POST /orders/search HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 99999999\r\n\r\n${"x".repeat(10 * 1024 * 1024 + 70_000)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain("connection: close");
    expect(here.backend.invoked).toEqual([]);
  });

  it("gets API Gateway's own 431 for headers above 10,240 bytes, and the server's above 64 kB", async () => {
    expect((await ask({ headers: { x: "a".repeat(12_000) } })).status).toBe(431);
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nX: ${"a".repeat(70_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ["bytes that are no HTTP", "nonsense\r\n\r\n"],
    ["an invalid header", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nBad Header\r\n\r\n`],
    ["contradicting lengths", `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["no Host", "GET / HTTP/1.1\r\n\r\n"],
    ["two Hosts", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: b.example.com\r\n\r\n`],
  ])("gets 400 in JSON for %s, and the next client is served", async (_, bytes) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toEqual({ message: "Bad Request" });
    expect((await ask()).status).toBe(200);
  });

  it("may name the host in the target, as through a proxy", async () => {
    expect(await raw(`GET http://${HOST}/orders/5 HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(here.backend.invoked[0]?.event["path"]).toBe("/orders/5");
  });

  it("that goes away in the middle of its body harms nobody", async () => {
    const socket = connect(door.port, ADDRESS);
    await new Promise<void>((resolve) => socket.write(`POST /orders/search HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 100\r\n\r\nhalf`, () => resolve()));
    socket.destroy();
    expect((await ask()).status).toBe(200);
    expect(here.backend.invoked).toHaveLength(1);
  });

  it("gets 500, not silence, when the twin itself has a defect, and the log says so", async () => {
    const failures: unknown[] = [];
    here.kernel.observe(({ kind, data }) => kind === "http.failed" && failures.push(data));
    here.backend.answer = () => Promise.reject(new TypeError("defect"));
    expect((await ask()).status).toBe(500);
    expect(failures).toEqual([{ region: REGION, error: "TypeError: defect" }]);
  });
});

describe("a fault", () => {
  const fault = (mode: "error" | "refuse" | "vanish") => here.cloud.faults.add({ kind: "service", service: "apigateway", mode });

  it("that answers with errors gives 500", async () => {
    fault("error");
    expect((await ask()).status).toBe(500);
  });

  it("that refuses cuts the connection", async () => {
    fault("refuse");
    expect(await codeOf(ask())).toBe("ECONNRESET");
  });

  it("that swallows packets leaves the client to its own time limit", async () => {
    fault("vanish");
    expect(await codeOf(ask({ timeoutMs: 150 }))).toBe("ABORT_ERR");
  });
});

describe("an outage of the region", () => {
  it("refuses connections, cuts those that were open, and gives the port back when it is over", async () => {
    const agent = new Agent({ keepAlive: true });
    expect((await ask({ agent })).status).toBe(200);
    here.backend.answer = () => new Promise(() => undefined);
    const underWay = codeOf(ask({ agent }));
    while (here.backend.invoked.length < 2) await here.kernel.sleep(5);
    const { id } = here.cloud.faults.add({ kind: "outage", region: REGION });
    expect(await underWay).toBe("ECONNRESET");
    expect(await codeOf(ask())).toBe("ECONNREFUSED");

    here.backend.answer = async () => ({ payload: { statusCode: 204 } });
    here.cloud.faults.remove(id);
    while ((await codeOf(ask())) === "ECONNREFUSED") await here.kernel.sleep(5);
    expect((await ask()).status).toBe(204);
    agent.destroy();
  });

  it("of another region leaves this one alone", async () => {
    here.cloud.faults.add({ kind: "outage", region: "eu-north-1" });
    expect((await ask()).status).toBe(200);
  });

  it("whose packets vanish accepts connections and never answers, not even nonsense", async () => {
    here.cloud.faults.add({ kind: "outage", region: REGION, mode: "vanish" });
    expect(await codeOf(ask({ timeoutMs: 150 }))).toBe("ABORT_ERR");
    expect(await codeOf(ask({ timeoutMs: 150, headers: { host: "" } }))).toBe("ABORT_ERR");
    const answered = await Promise.race([raw("nonsense\r\n\r\n"), here.kernel.sleep(150).then(() => "silence")]);
    expect(answered).toBe("silence");
  });

  it("that comes and goes faster than sockets follow ends in the last state", async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = here.cloud.faults.add({ kind: "outage", region: REGION });
      here.cloud.faults.remove(id);
    }
    expect((await ask()).status).toBe(200);
    here.cloud.faults.add({ kind: "outage", region: REGION });
    await here.kernel.sleep(20);
    expect(await codeOf(ask())).toBe("ECONNREFUSED");
  });

  it("after which the port is taken is over as soon as the port is free", async () => {
    const { id } = here.cloud.faults.add({ kind: "outage", region: REGION });
    while ((await codeOf(ask())) !== "ECONNREFUSED") await here.kernel.sleep(5);
    const thief = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => thief.listen(door.port, ADDRESS, resolve));
    here.cloud.faults.remove(id);
    await here.kernel.sleep(50);
    await new Promise((resolve) => thief.close(resolve));
    await here.kernel.sleep(400);
    expect((await ask()).status).toBe(200);
  });
});

describe("listening", () => {
  const region2 = "eu-north-1";

  it("two regions share a port on two addresses, so that DNS alone decides", async () => {
    here.cloud.network.open(region2, "127.0.0.2", async () => ({ status: 299, headers: {}, body: "" }));
    const second = await serveHttp({ cloud: here.cloud, region: region2, address: "127.0.0.2", port: door.port });
    expect(second.port).toBe(door.port);
    expect((await fetch(`http://127.0.0.2:${door.port}/`)).status).toBe(299);
    expect((await ask()).status).toBe(200);
    await second.close();
  });

  it("names the port that is busy", async () => {
    const second = serveHttp({ cloud: here.cloud, region: REGION, address: ADDRESS, port: door.port });
    await expect(second).rejects.toMatchObject({ name: "HttpListenError", code: "EADDRINUSE", address: ADDRESS, port: door.port });
    await expect(second).rejects.toThrow(`cannot listen on ${ADDRESS}:${door.port} (EADDRINUSE): the port is in use`);
  });

  it("names the address that the machine does not have", async () => {
    const nowhere = serveHttp({ cloud: here.cloud, region: REGION, address: "192.0.2.1", port: 0 });
    await expect(nowhere).rejects.toMatchObject({ code: "EADDRNOTAVAIL", address: "192.0.2.1" });
  });

  it.each([
    ["EADDRNOTAVAIL", "darwin", "sudo ifconfig lo0 alias 127.0.0.2 up"],
    ["EADDRNOTAVAIL", "linux", "no such address"],
    ["EACCES", "linux", "ports below 1024"],
    ["EPERM", "linux", "the system refuses"],
  ])("says what to do about %s on %s", (code, platform, words) => {
    expect(new HttpListenError(code, "127.0.0.2", 80, platform).message).toContain(words);
  });

  it("ends at once when it is closed, whatever is under way, and twice is no harm", async () => {
    here.backend.answer = () => new Promise(() => undefined);
    const underWay = codeOf(ask());
    while (here.backend.invoked.length === 0) await here.kernel.sleep(5);
    await door.close();
    await door.close();
    expect(await underWay).toBe("ECONNRESET");
    expect(await codeOf(ask())).toBe("ECONNREFUSED");
  });

  it("stays closed when a fault ends after the close", async () => {
    const { id } = here.cloud.faults.add({ kind: "outage", region: REGION });
    await door.close();
    here.cloud.faults.remove(id);
    await here.kernel.sleep(30);
    expect(await codeOf(ask())).toBe("ECONNREFUSED");
  });
});
