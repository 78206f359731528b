import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { connect, createServer } from "node:net";
import * as dns from "dns-packet";
import { serveDns, DnsListenError, type DnsServer } from "../../../twin/doors/dns";
import { RealKernel } from "../../../twin/kernel/real";
import { route53, type RecordSet } from "../../../twin/services/route53/index";
import { newCloud } from "./world";

const HOST = "127.0.0.1";
const TARGET = "d-1.execute-api.us-east-1.amazonaws.com";
const LONG = "x".repeat(900);

const kernel = new RealKernel(1, (error) => {
  throw error;
});
const cloud = newCloud(kernel);
let server: DnsServer;
let resolver: Resolver;

beforeAll(async () => {
  const zone = route53(cloud);
  zone.createZone({ id: "Z1", name: "example.test", nameServers: ["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"] });
  const records: (Pick<RecordSet, "name" | "type"> & { readonly values: readonly string[] })[] = [
    { name: "pay.example.test", type: "CNAME", values: [TARGET] },
    { name: "www.example.test", type: "A", values: ["192.0.2.7"] },
    { name: "txt.example.test", type: "TXT", values: ['"one" "two \\"quoted\\""', "plain text"] },
    { name: "long.example.test", type: "TXT", values: [LONG] },
    { name: "example.test", type: "MX", values: ["10 mail.example.test"] },
    { name: "example.test", type: "CAA", values: ['0 issue "amazon.com"'] },
  ];
  for (const record of records) zone.createRecord("Z1", { ttl: 5, routing: { kind: "simple" }, ...record });
  cloud.network.open("us-east-1", "127.0.0.9", () => Promise.reject(new Error("not asked for")));
  cloud.network.publishName(TARGET, "us-east-1");
  server = await serveDns(cloud, { address: HOST, port: 0 });
  resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`${HOST}:${server.port}`]);
});

afterAll(async () => {
  await server.close();
  kernel.stop();
});

/** Sends raw bytes over UDP; undefined when no answer comes. */
const udp = (message: Buffer, waitMs = 2_000): Promise<Buffer | undefined> =>
  new Promise((resolve) => {
    const socket = createSocket("udp4");
    const done = (answer?: Buffer): void => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => done(), waitMs);
    socket.on("message", (answer) => done(answer));
    socket.send(message, server.port, HOST);
  });

/** Sends chunks over one TCP connection and returns all that came until it is closed or `answers` messages are there. */
const tcp = (chunks: readonly Buffer[], answers: number): Promise<Buffer[]> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, HOST);
    let received = Buffer.alloc(0);
    const messages: Buffer[] = [];
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        messages.push(received.subarray(2, end));
        received = received.subarray(end);
      }
      if (messages.length >= answers) socket.destroy();
    });
    socket.on("close", () => resolve(messages));
    socket.on("error", reject);
    for (const chunk of chunks) socket.write(chunk);
  });

const query = (name: string, type: string, more: Partial<dns.Packet> = {}): Buffer =>
  dns.encode({ type: "query", id: 77, flags: dns.RECURSION_DESIRED, questions: [{ name, type: type as dns.RecordType }], ...more }); // ANY is missing in the types
const framed = (message: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
};
const rcode = (message: Buffer | undefined): number | undefined => (message ? message.readUInt16BE(2) & 0xf : undefined);

describe("a system's own resolver", () => {
  test("finds the address behind the CNAME, its TTL, the CNAME, the zone's records", async () => {
    expect(await resolver.resolve4("pay.example.test", { ttl: true })).toEqual([{ address: "127.0.0.9", ttl: expect.any(Number) }]);
    expect(await resolver.resolve4("www.example.test", { ttl: true })).toEqual([{ address: "192.0.2.7", ttl: 5 }]);
    expect(await resolver.resolveCname("pay.example.test")).toEqual([TARGET]);
    expect(await resolver.resolveNs("example.test")).toEqual(["ns-1.awsdns-01.com", "ns-2.awsdns-02.net"]);
    expect(await resolver.resolveSoa("example.test")).toMatchObject({ nsname: "ns-1.awsdns-01.com", minttl: 86_400 });
    expect(await resolver.resolveMx("example.test")).toEqual([expect.objectContaining({ exchange: "mail.example.test", priority: 10 })]);
    expect(await resolver.resolveCaa("example.test")).toEqual([expect.objectContaining({ critical: 0, issue: "amazon.com" })]);
    expect(await resolver.resolveTxt("txt.example.test")).toEqual([["one", 'two "quoted"'], ["plain text"]]);
  });

  test("comes back over TCP for what does not fit into UDP", async () => {
    expect((await resolver.resolveTxt("long.example.test")).flat().join("")).toBe(LONG);
  });

  test.each([
    ["nope.example.test", "ENOTFOUND"],
    ["elsewhere.invalid", "EREFUSED"],
  ])("%s: %s", async (name, code) => {
    await expect(resolver.resolve4(name)).rejects.toMatchObject({ code });
  });

  test("is told that there is no IPv6, not that the name is missing", async () => {
    await expect(resolver.resolve6("www.example.test")).rejects.toMatchObject({ code: "ENODATA" });
  });
});

describe("messages", () => {
  test("the answer is authoritative, repeats id, question in its own letters, and the wish for recursion", async () => {
    const answer = dns.decode((await udp(query("PaY.eXample.test", "A"))) ?? Buffer.alloc(0));
    expect(answer).toMatchObject({ id: 77, flag_aa: true, flag_rd: true, flag_tc: false, questions: [{ name: "PaY.eXample.test", type: "A" }] });
    expect(answer.answers?.map(({ name, type }) => `${name} ${type}`)).toEqual(["PaY.eXample.test CNAME", `${TARGET} A`]);
  });

  test("ANY gives all types of a name", async () => {
    const answer = dns.decode((await udp(query("example.test", "ANY"))) ?? Buffer.alloc(0));
    expect(new Set(answer.answers?.map(({ type }) => type))).toEqual(new Set(["MX", "CAA", "NS", "SOA"]));
  });

  test("negative answers carry the SOA", async () => {
    const answer = dns.decode((await udp(query("nope.example.test", "A"))) ?? Buffer.alloc(0));
    expect(answer.authorities?.map(({ name, type }) => [name, type])).toEqual([["example.test", "SOA"]]);
  });

  const opt = (udpPayloadSize: number, ednsVersion = 0): Partial<dns.Packet> => ({
    additionals: [{ type: "OPT", name: ".", udpPayloadSize, extendedRcode: 0, ednsVersion, flags: 0, flag_do: false, options: [] }],
  });
  test("without EDNS a long answer is cut with TC, with it the answer fits", async () => {
    const short = dns.decode((await udp(query("long.example.test", "TXT"))) ?? Buffer.alloc(0));
    expect([short.flag_tc, short.answers, short.additionals]).toEqual([true, [], []]);
    const whole = dns.decode((await udp(query("long.example.test", "TXT", opt(4_096)))) ?? Buffer.alloc(0));
    expect([whole.flag_tc, whole.answers?.length, whole.additionals?.[0]?.type]).toEqual([false, 1, "OPT"]);
  });

  test("an EDNS version of the future is answered BADVERS", async () => {
    const answer = dns.decode((await udp(query("www.example.test", "A", opt(1_232, 1)))) ?? Buffer.alloc(0));
    expect(answer.answers).toEqual([]);
    expect(answer.additionals).toMatchObject([{ extendedRcode: 1 }]);
  });

  const twoQuestions = dns.encode({ type: "query", id: 1, questions: [{ name: "a.test", type: "A" }, { name: "b.test", type: "A" }] });
  const header = (flags: number, questions: number): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(9, 0);
    bytes.writeUInt16BE(flags, 2);
    bytes.writeUInt16BE(questions, 4);
    return bytes;
  };
  test.each([
    ["a header that promises a question that is not there", header(0, 1), 1],
    ["a name that points to itself", Buffer.concat([header(0, 1), Buffer.from([0xc0, 12, 0, 1, 0, 1])]), 1],
    ["no question at all", header(0, 0), 1],
    ["two questions", twoQuestions, 1],
    ["a dynamic update", header(5 << 11, 0), 4],
    ["a zone transfer", query("example.test", "AXFR"), 5],
    ["class CHAOS", dns.encode({ type: "query", id: 1, questions: [{ name: "example.test", type: "TXT", class: "CH" }] }), 5],
  ])("%s is answered with an error", async (_, message, expected) => {
    expect(rcode(await udp(message))).toBe(expected);
  });

  test.each([
    ["a response", dns.encode({ type: "response", id: 1, questions: [{ name: "www.example.test", type: "A" }] })],
    ["three bytes", Buffer.from([1, 2, 3])],
  ])("%s gets no answer: two servers must not talk for ever", async (_, message) => {
    expect(await udp(message, 150)).toBeUndefined();
  });

  test("thousands of random messages over UDP leave it answering", async () => {
    const random = kernel.random("noise");
    const socket = createSocket("udp4");
    for (let i = 0; i < 3_000; i += 1) {
      const base = random.chance(0.5) ? query("www.example.test", "A") : Buffer.alloc(random.below(80));
      for (let j = 0; j < 1 + random.below(6); j += 1) base[random.below(Math.max(1, base.length))] = random.below(256);
      socket.send(base, server.port, HOST);
      // An answer in between keeps the system's buffer from overflowing, and shows that the server still serves.
      if (i % 50 === 49) expect(rcode(await udp(query("www.example.test", "A")))).toBe(0);
    }
    socket.close();
  });
});

describe("TCP", () => {
  test("serves several questions of one connection, whatever the pieces they come in", async () => {
    const bytes = Buffer.concat([framed(query("www.example.test", "A")), framed(query("nope.example.test", "A"))]);
    const answers = await tcp([bytes.subarray(0, 1), bytes.subarray(1, 20), bytes.subarray(20)], 2);
    expect(answers.map(rcode)).toEqual([0, 3]);
  });

  test("closes a connection that talks nonsense, and serves the next", async () => {
    expect(await tcp([framed(Buffer.from([1, 2, 3]))], 1)).toEqual([]);
    expect((await tcp([framed(query("www.example.test", "A"))], 1)).map(rcode)).toEqual([0]);
  });
});

describe("listening", () => {
  test("UDP and TCP share one free port; closing gives it back at once", async () => {
    const first = await serveDns(cloud, { address: HOST, port: 0 });
    const idle = connect(first.port, HOST);
    await new Promise((resolve) => idle.once("connect", resolve));
    await first.close();
    const second = await serveDns(cloud, { address: HOST, port: first.port });
    expect(second.port).toBe(first.port);
    await second.close();
  });

  test("a port that another DNS server has is an error that names it", async () => {
    const taken = serveDns(cloud, { address: HOST, port: server.port });
    await expect(taken).rejects.toBeInstanceOf(DnsListenError);
    await expect(taken).rejects.toMatchObject({ code: "EADDRINUSE", address: HOST, port: server.port, protocol: "udp" });
    await expect(taken).rejects.toThrow(`${HOST}:${server.port} (UDP): the port is in use`);
  });

  test("a port taken on TCP alone is an error, and frees the UDP port again", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen({ host: HOST, port: 0 }, resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(serveDns(cloud, { address: HOST, port })).rejects.toMatchObject({ code: "EADDRINUSE", port, protocol: "tcp" });
    await new Promise((resolve) => other.close(resolve));
    await (await serveDns(cloud, { address: HOST, port })).close();
  });

  test("an address that the machine lacks is an error that names it", async () => {
    await expect(serveDns(cloud, { address: "192.0.2.1", port: 0 })).rejects.toMatchObject({ code: "EADDRNOTAVAIL", address: "192.0.2.1" });
  });
});
