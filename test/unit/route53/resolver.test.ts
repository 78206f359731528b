import { route53 } from "../../../twin/services/route53/index";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { EAST, FAILOVER, newCloud, OHIO, World } from "../../twin/route53/world";

const world = (): World => {
  const made = new World();
  const simple = [
    { name: "example.test", type: "TXT", values: ["hello world"] },
    { name: "www.example.test", type: "A", values: ["192.0.2.7", "192.0.2.8"] },
    { name: "chain.example.test", type: "CNAME", values: ["www.example.test"] },
    { name: "dangling.example.test", type: "CNAME", values: ["nothing.example.test"] },
    { name: "abroad.example.test", type: "CNAME", values: ["www.elsewhere.invalid"] },
    { name: "a.loop.example.test", type: "CNAME", values: ["b.loop.example.test"] },
    { name: "b.loop.example.test", type: "CNAME", values: ["a.loop.example.test"] },
    { name: "*.wild.example.test", type: "A", values: ["192.0.2.9"] },
    { name: "given.wild.example.test", type: "TXT", values: ["no address here"] },
    { name: "sub.example.test", type: "NS", values: ["ns.elsewhere.invalid"] },
  ] as const;
  for (const record of simple) made.record(record);
  made.record({ name: "alias.example.test", type: "A", alias: { name: EAST.target, evaluateTargetHealth: true } });
  made.record({ name: "alias2.example.test", type: "A", alias: { name: "www.example.test.", evaluateTargetHealth: false } });
  made.record({ name: "alias3.example.test", type: "A", alias: { name: "alias3.example.test", evaluateTargetHealth: true } });
  return made;
};

describe("answers of Route 53", () => {
  test.each([
    ["an address", "www.example.test", "A", "NOERROR", ["www.example.test A 192.0.2.7", "www.example.test A 192.0.2.8"]],
    ["letters' case does not matter, nor the final dot", "WWW.Example.TEST.", "A", "NOERROR", ["www.example.test A 192.0.2.7", "www.example.test A 192.0.2.8"]],
    ["a CNAME is followed in the zone", "chain.example.test", "A", "NOERROR", ["chain.example.test CNAME www.example.test", "www.example.test A 192.0.2.7", "www.example.test A 192.0.2.8"]],
    ["a CNAME is followed to AWS's own names", "east.example.test", "A", "NOERROR", [`east.example.test CNAME ${EAST.target}`, `${EAST.target} A 127.0.0.1`]],
    ["a question for the CNAME itself is not followed", "chain.example.test", "CNAME", "NOERROR", ["chain.example.test CNAME www.example.test"]],
    ["the switch reads CNAMEs only: no answer for another type", "www.example.test", "CNAME", "NOERROR", []],
    ["a CNAME to nowhere in the zone", "dangling.example.test", "A", "NXDOMAIN", ["dangling.example.test CNAME nothing.example.test"]],
    ["a CNAME out of what the twin knows", "abroad.example.test", "A", "NOERROR", ["abroad.example.test CNAME www.elsewhere.invalid"]],
    ["a loop of CNAMEs", "a.loop.example.test", "A", "SERVFAIL", []],
    ["no IPv6", "www.example.test", "AAAA", "NOERROR", []],
    ["a name that is not there", "nope.example.test", "A", "NXDOMAIN", []],
    ["a name between others exists without records", "loop.example.test", "A", "NOERROR", []],
    ["a wildcard", "any.thing.wild.example.test", "A", "NOERROR", ["any.thing.wild.example.test A 192.0.2.9"]],
    ["a wildcard does not fill up a name that exists", "given.wild.example.test", "A", "NOERROR", []],
    ["a wildcard's parent is not part of it", "wild.example.test", "A", "NOERROR", []],
    ["another server's zone", "x.sub.example.test", "A", "SERVFAIL", []],
    ["another domain", "example.org", "A", "REFUSED", []],
    ["the letters of a zone inside a longer label", "notexample.test", "A", "REFUSED", []],
    ["an AWS name itself", EAST.target, "A", "NOERROR", [`${EAST.target} A 127.0.0.1`]],
    ["an AWS name has no IPv6 here", EAST.target, "AAAA", "NOERROR", []],
    ["an alias to an AWS name looks like an address", "alias.example.test", "A", "NOERROR", ["alias.example.test A 127.0.0.1"]],
    ["an alias in the zone", "alias2.example.test", "A", "NOERROR", ["alias2.example.test A 192.0.2.7", "alias2.example.test A 192.0.2.8"]],
    ["an alias to itself ends", "alias3.example.test", "A", "NOERROR", []],
    ["the zone's name servers", "example.test", "NS", "NOERROR", ["example.test NS ns-1.awsdns-01.com"]],
    ["everything at a name", "www.example.test", "ANY", "NOERROR", ["www.example.test A 192.0.2.7", "www.example.test A 192.0.2.8"]],
  ])("%s", (_, name, type, rcode, records) => {
    const { rcode: code, answers } = world().dns.answer(name, type);
    expect({ rcode: code, records: answers.map(({ name: owner, type: kind, data }) => `${owner} ${kind} ${data}`) }).toEqual({ rcode, records });
  });

  test("what is not there comes with the SOA, so that resolvers may remember it", () => {
    const { dns } = world();
    expect(dns.answer("nope.example.test", "A").authority.map(({ name, type, ttl }) => [name, type, ttl])).toEqual([["example.test", "SOA", 900]]);
    expect(dns.answer("www.example.test", "AAAA").authority).toHaveLength(1);
    expect(dns.answer("www.example.test", "A").authority).toEqual([]);
  });

  test("the shortest TTL on the way to an address is how long a client may keep it", () => {
    expect(world().dns.resolve("east.example.test")).toEqual({ address: "127.0.0.1", ttlSeconds: 5 });
    expect(world().dns.resolve("alias.example.test")).toEqual({ address: "127.0.0.1", ttlSeconds: 60 });
    expect(world().dns.resolve("nope.example.test")).toBeUndefined();
  });

  test("the more specific of two zones answers", () => {
    const { dns } = world();
    dns.createZone({ id: "Z2", name: "deep.example.test", nameServers: ["ns-2.awsdns-02.com"] });
    dns.createRecord("Z2", { name: "www.deep.example.test", type: "A", ttl: 9, values: ["192.0.2.30"], routing: { kind: "simple" } });
    expect(dns.resolve("www.deep.example.test")).toEqual({ address: "192.0.2.30", ttlSeconds: 9 });
  });

  test("a zone made before the stack serves every name that the stack puts into it", () => {
    const dns = route53(newCloud(new VirtualKernel(1)));
    dns.adoptZone("ZOLD");
    const put = (name: string, address: string): void => dns.createRecord("ZOLD", { name, type: "A", ttl: 5, values: [address], routing: { kind: "simple" } });
    put("us-east-1.dev.example.test", "192.0.2.1");
    put("dev.example.test", "192.0.2.2");
    put("_token.example.test", "192.0.2.3");
    expect(["us-east-1.dev.example.test", "dev.example.test", "_token.example.test"].map((name) => dns.resolve(name)?.address)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    expect(dns.answer("other.example.test", "A").rcode).toBe("NXDOMAIN");
    expect(() => put("example.org", "192.0.2.4")).toThrow(/not permitted/);
  });
});

describe("an answer that was given once", () => {
  const rcodeOf = (made: World, name: string): string => made.dns.answer(name, "A").rcode;

  test("changes with a record, a zone and an AWS name that come later", () => {
    const made = world();
    expect(rcodeOf(made, "new.example.test")).toBe("NXDOMAIN");
    expect(made.dns.resolve("new.example.test")).toBeUndefined();
    made.record({ name: "new.example.test", type: "A", values: ["192.0.2.40"] });
    expect(made.dns.resolve("new.example.test")?.address).toBe("192.0.2.40");
    expect(rcodeOf(made, "new.example.test")).toBe("NOERROR");
    expect(rcodeOf(made, "x.other.test")).toBe("REFUSED");
    made.dns.createZone({ id: "Z3", name: "other.test", nameServers: ["ns-3.awsdns-03.com"] });
    expect(rcodeOf(made, "x.other.test")).toBe("NXDOMAIN");
    expect(rcodeOf(made, "d-late.execute-api.us-east-1.amazonaws.com")).toBe("REFUSED");
    made.cloud.network.publishName("d-late.execute-api.us-east-1.amazonaws.com", EAST.region);
    expect(rcodeOf(made, "d-late.execute-api.us-east-1.amazonaws.com")).toBe("NOERROR");
  });

  test("changes with a check, in the moment in which the check does", async () => {
    const made = world();
    made.check({ id: "east", threshold: 1 });
    made.failover("east");
    const told: (string | undefined)[] = [made.dns.resolve(FAILOVER)?.address];
    made.kernel.observe(({ kind }) => void (kind === "route53.health" && told.push(made.dns.resolve(FAILOVER)?.address)));
    made.cloud.faults.add({ kind: "outage", region: EAST.region });
    await made.until(60);
    expect(told).toEqual([EAST.address, OHIO.address]);
  });

  test("is drawn anew where records have weights", () => {
    const made = world();
    for (const [setIdentifier, address] of [["a", "192.0.2.51"], ["b", "192.0.2.52"]] as const)
      made.record({ name: "w.example.test", type: "A", values: [address], setIdentifier, routing: { kind: "weighted", weight: 1 } });
    const found = new Set(Array.from({ length: 50 }, () => made.dns.resolve("w.example.test")?.address));
    expect(found.size).toBe(2);
  });
});

describe("records that Route 53 refuses", () => {
  const failover = { routing: { kind: "failover", role: "PRIMARY" } } as const;
  test.each([
    ["a CNAME at the apex", { name: "example.test", type: "CNAME", values: ["x.test"] }, /apex/],
    ["a name outside of the zone", { name: "www.example.org", type: "A", values: ["192.0.2.1"] }, /not permitted in zone/],
    ["a relative name", { name: "www", type: "A", values: ["192.0.2.1"] }, /not permitted in zone/],
    ["a CNAME beside another record", { name: "www.example.test", type: "CNAME", values: ["x.test"] }, /stands alone/],
    ["another record beside a CNAME", { name: "chain.example.test", type: "TXT", values: ["x"] }, /stands alone/],
    ["the same record again", { name: "www.example.test", type: "A", values: ["192.0.2.1"] }, /already exists/],
    ["a second routing policy", { name: "www.example.test", type: "A", values: ["192.0.2.1"], setIdentifier: "a", ...failover }, /mixes routing policies/],
    ["an unknown health check", { name: "n.example.test", type: "A", values: ["192.0.2.1"], healthCheckId: "none" }, /does not exist/],
  ] as const)("%s", (_, record, message) => {
    expect(() => world().record(record)).toThrow(message);
  });

  test("two PRIMARY records of one name, and one set identifier twice", () => {
    const made = world();
    const add = (setIdentifier: string, role: "PRIMARY" | "SECONDARY") => (): void =>
      made.record({ name: "f.example.test", type: "A", values: ["192.0.2.1"], setIdentifier, routing: { kind: "failover", role } });
    add("a", "PRIMARY")();
    expect(add("b", "PRIMARY")).toThrow(/PRIMARY already/);
    expect(add("a", "SECONDARY")).toThrow(/already exists/);
    expect(add("b", "SECONDARY")).not.toThrow();
  });

  test("a record in a zone that does not exist", () => {
    expect(() => world().dns.createRecord("ZNONE", { name: "a.test", type: "A", ttl: 1, values: [], routing: { kind: "simple" } })).toThrow(/No hosted zone/);
  });
});
