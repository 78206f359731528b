import { mkdtempSync, rmSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPayment } from "../../../platform/payments";
import type { DeployedStack } from "../../../platform/stack";
import { startSystem, type System } from "../../../platform/system";
import { dynamodb } from "../../../twin/services/dynamodb/index";
import { deployedStack } from "../../helpers/deployed";
import { exchange, hangUp, requestBytes, type RawAnswer, type RequestParts, type Script } from "../../helpers/system-socket";
import { body, HARMLESS, INSIDE, NO_HTTP, NOT_YET_REFUSED, REFUSED, STATUS_OF } from "./attack-cases";
import { fuzz } from "./attack-fuzz";

let deployed: DeployedStack;
let system: System;
let directory: string;
const defects: unknown[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "attack-"));
  deployed = await deployedStack();
  const options = { deployed, seed: 1, ports: { http: 0, dns: 0, control: 0 }, directory, pid: process.pid };
  system = await startSystem({ ...options, onFailure: (error) => defects.push(error), onStop: () => undefined });
  system.twin.kernel.observe(({ kind, data }) => {
    if (kind === "http.failed") defects.push(data);
  });
});
afterAll(async () => {
  await system?.close();
  rmSync(directory, { recursive: true, force: true });
});

const host = (): string => deployed.outputs.hostnames.primary;
const raw = (script: Script, answers = 1): Promise<readonly RawAnswer[]> => exchange("127.0.0.1", system.run.failover.port, script, answers);

async function send(parts: RequestParts): Promise<RawAnswer> {
  const [answer] = await raw([requestBytes(host(), parts)]);
  if (!answer) throw new Error("the connection was cut without an answer");
  return answer;
}

/** An answer in the one error shape that tells nothing of the inside. Returns its code. */
function refusal({ status, headers, body: text }: RawAnswer): string {
  expect(headers["content-type"]).toBe("application/json");
  expect(text).not.toMatch(INSIDE);
  const { error, requestId, ...more } = JSON.parse(text);
  const { code, message, details, ...others } = error;
  expect([more, others]).toEqual([{}, {}]);
  expect(requestId).toBe(headers["x-amzn-requestid"]);
  expect(message).toMatch(/^.{10,200}$/);
  for (const detail of details ?? []) {
    expect(detail).toEqual({ field: expect.stringMatching(/^.{0,40}$/su), given: expect.stringMatching(/^.{0,60}$/su), allowed: expect.stringMatching(/^.{3,}$/) });
  }
  expect({ code, status }).toEqual({ code, status: STATUS_OF[code] });
  return code;
}

/** Payments in each region's replica. */
const stored = (): readonly number[] => Object.keys(system.run.regions).map((region) => dynamodb(system.twin.cloud, region).items(deployed.outputs.tableName).filter(isPayment).length);

let before: readonly number[];
beforeEach(() => void (before = stored()));
afterEach(() => expect([stored(), defects.splice(0)]).toEqual([before, []]));

describe.each(Object.entries(REFUSED))("bad %s", (_, cases) => {
  test.each(cases)("refused in the one error shape: %s", async (_name, parts, code) => {
    expect(refusal(await send(parts))).toBe(code);
  });
});

test.each(HARMLESS)("answered as if it were plain: %s", async (_name, parts, expected) => {
  const answer = await send(parts);
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, expected]);
});

test.each(NO_HTTP)("reaches no API, is refused as JSON and ends the connection: %s", async (_name, bytes, status) => {
  const answers = await raw([bytes(host())], 2);
  expect(answers.map((answer) => [answer.status, answer.headers["content-type"], answer.headers["connection"]])).toEqual([[status, "application/json", "close"]]);
  expect(JSON.parse(answers[0]?.body ?? "")).toEqual({ message: expect.stringMatching(/^(Bad Request|Request Header Fields Too Large)$/) });
});

describe("hosts", () => {
  test.each([
    ["another domain", "evil.test"],
    ["the other region's own name", "us-east-2.local.payments.test"],
    ["a name below the failover name", "x.local.payments.test"],
    ["another loopback address", "127.0.0.3"],
  ])("%s is cut off, as TLS would be", async (_name, name) => {
    expect(await raw([requestBytes(name, { body: body() })])).toEqual([]);
  });

  test("the API's default endpoint is disabled", async () => {
    const [answer] = await raw([requestBytes("abcdef.execute-api.us-east-1.amazonaws.com", { body: body() })]);
    expect([answer?.status, answer?.body]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test("nobody is connected on to another host", async () => {
    expect(await raw([requestBytes(host(), { method: "CONNECT", target: "example.com:443" })])).toEqual([]);
  });

  test("a proxy's absolute target is the API's all the same", async () => {
    const answer = await send({ method: "GET", target: `http://${host()}/payments/pay_x` });
    expect([refusal(answer), answer.headers["x-served-by-region"]]).toEqual(["NOT_FOUND", "us-east-1"]);
  });
});

describe("time and connections", () => {
  test("a body that drips in is read to its end", async () => {
    const sent = requestBytes(host(), { body: body("1250", "0") });
    const cuts = [0, 20, 100, sent.length - 10, sent.length];
    const [answer] = await raw(cuts.slice(1).flatMap((end, index) => [sent.subarray(cuts[index], end), 60]));
    expect(answer && refusal(answer)).toBe("INVALID_REQUEST");
  });

  test("a caller who hangs up in the middle of a body has paid nothing and breaks nobody's next call", async () => {
    await hangUp("127.0.0.1", system.run.failover.port, requestBytes(host(), { body: body(), headers: { "content-length": "1000" } }));
    expect(refusal(await send({ body: "{" }))).toBe("INVALID_REQUEST");
  });

  test("pipelined requests get their own answers, in their order", async () => {
    const requests: readonly RequestParts[] = [{ body: "{" }, { method: "GET", target: "/nope" }, { body: body(), headers: { "content-type": "text/plain" } }];
    const answers = await raw([Buffer.concat(requests.map((parts) => requestBytes(host(), parts)))], 3);
    expect(answers.map(refusal)).toEqual(["INVALID_REQUEST", "NOT_FOUND", "UNSUPPORTED_MEDIA_TYPE"]);
  });

  test("a refused request's body is not taken for the next request", async () => {
    const smuggled = requestBytes(host(), { method: "GET", target: "/nope" });
    const answers = await raw([requestBytes(host(), { target: "/unknown", body: smuggled }), requestBytes(host(), { body: "{" })], 2);
    expect(answers.map(refusal)).toEqual(["NOT_FOUND", "INVALID_REQUEST"]);
  });

  test("HEAD is no route: its answer is a head alone", async () => {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { host: "127.0.0.1", port: system.run.failover.port, method: "HEAD", path: "/payments", headers: { host: host() }, agent: false };
      request(options, resolve).on("error", reject).end();
    });
    const chunks = await answer.toArray();
    expect([answer.statusCode, answer.headers["content-type"], chunks]).toEqual([404, "application/json", []]);
  });

  test("who waits for 100 Continue is told to go on and then refused", async () => {
    const answers = await raw([requestBytes(host(), { body: body("1250", "0"), headers: { expect: "100-continue" } })], 2);
    expect(answers[0]?.status).toBe(100);
    expect(answers[1] && refusal(answers[1])).toBe("INVALID_REQUEST");
  });
});

test("a hundred and fifty random attacks are refused in the one error shape", () =>
  fuzz(async (parts) => {
    const answer = await send(parts);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    refusal(answer);
  }));

describe("after all of it", () => {
  test("both regions still say that they can take payments", async () => {
    for (const { address, hostname } of Object.values(system.run.regions)) {
      const [answer] = await exchange(address, system.run.failover.port, [requestBytes(hostname, { method: "GET", target: "/health" })]);
      expect([answer?.status, JSON.parse(answer?.body ?? "").checks]).toEqual([200, { table: "ok" }]);
    }
  });

  test("nothing was stored", () => expect(stored()).toEqual([0, 0]));

  test("a good payment is accepted with the very key of the attacks", async () => {
    const answer = await send({ body: body() });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([201, expect.objectContaining({ customerId: "c1", amount: 1250, region: "us-east-1" })]);
    expect(stored()).toEqual([1, 1]);
    before = stored();
  });

  test("a payment to the path with a slash behind it is answered as without", async () => {
    expect((await send({ target: "/payments/", body: body() })).status).toBe(200);
  });
});

describe("not yet as it should be", () => {
  for (const [name, parts, code] of NOT_YET_REFUSED) {
    test.failing(`refused in the one error shape: ${name}`, async () => {
      try {
        expect(refusal(await send(parts))).toBe(code);
      } finally {
        before = stored();
        defects.length = 0;
      }
    });
  }
});
