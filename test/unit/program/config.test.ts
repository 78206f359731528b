import { ConfigError, parseConfig, type Config } from "../../../lib/config";

const GOOD = { domain: "payments.example.com", createHostedZone: "true" };
const parse = (raw: Record<string, string>, stack = "dev", environmentSuffix?: string): Config => parseConfig(raw, { stack, environmentSuffix });

/** The refusal's lines without the headline. */
function refusals(raw: Record<string, string>, stack = "dev"): string[] {
  try {
    parse(raw, stack);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n  ").slice(1);
    throw error;
  }
  return [];
}

describe("what a stack gets when its file says little", () => {
  test("a strong table in us-east-1 and us-east-2 with the only witness left, protected, signed, fast", () => {
    expect(parse(GOOD)).toEqual({
      environment: "dev",
      accessLogs: false,
      failoverHost: "dev.payments.example.com",
      zone: { name: "payments.example.com" },
      primaryRegion: "us-east-1",
      secondaryRegion: "us-east-2",
      witnessRegion: "us-west-2",
      consistency: "strong",
      healthCheck: {
        intervalSeconds: 10,
        threshold: 2,
        regions: ["us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"],
      },
      ttlSeconds: 5,
      apiAuth: "iam",
      protect: true,
      logRetentionDays: 30,
      alertEmails: [],
      backupRetentionDays: 35,
      operators: [],
      reservedConcurrency: { health: undefined, switch: undefined },
      provisionedConcurrency: { process: 0, validate: 0, read: 0, health: 0, regions: "secondary" },
      throttle: { requestsPerSecond: 10_000, burst: 5_000 },
      nat: "none",
      interfaceEndpoints: ["sns"],
      interfaceEndpointZones: 3,
      quotas: { lambdaConcurrency: 1000 },
      manageAccountSettings: false,
      tableService: "payments-table",
      allowedAccountIds: [],
    });
  });

  test("eventual mode has no witness and looks once more before it leaves the primary", () => {
    const config = parse({ ...GOOD, consistency: "eventual" });
    expect(config).toMatchObject({ consistency: "eventual", healthCheck: { threshold: 3 } });
    expect(config).not.toHaveProperty("witnessRegion");
  });

  test.each([
    ["the configured suffix beats the variable", { ...GOOD, environmentSuffix: "one" }, "two", "one"],
    ["the variable beats the stack's name", GOOD, "two", "two"],
    ["an empty variable counts as none", GOOD, "", "stack"],
  ])("two developers do not share an environment: %s", (_, raw, variable, environment) => {
    expect(parse(raw, "stack", variable).environment).toBe(environment);
  });

  test("a small account's API quota bounds the throttling, so that it is not promised more than AWS gives", () => {
    expect(parse({ ...GOOD, apiRequestQuota: "2500" }).throttle).toEqual({ requestsPerSecond: 2500, burst: 1250 });
  });

  test("objects are read whole or by their dotted keys", () => {
    expect(parse({ ...GOOD, healthCheck: '{"interval":30,"regions":["us-east-1","us-west-2","eu-west-1"]}' }).healthCheck).toEqual({
      intervalSeconds: 30,
      threshold: 2,
      regions: ["us-east-1", "us-west-2", "eu-west-1"],
    });
    expect(parse({ ...GOOD, "healthCheck.interval": "30" }).healthCheck.intervalSeconds).toBe(30);
  });
});

describe("a wrong value is refused with what was given, what is allowed and the command that fixes it", () => {
  test.each<[string, Record<string, string>, string]>([
    ["a long TTL would keep clients on a dead region", { ttl: "300" }, "tap:ttl: got 300; allowed 5..60 (seconds); pulumi config set tap:ttl 5"],
    ["a threshold of one flaps", { healthCheck: '{"threshold":1}' }, "tap:healthCheck.threshold: got 1; allowed 2..10 (failed checks); pulumi config set --path tap:healthCheck.threshold 2"],
    ["Route 53 knows two intervals", { healthCheck: '{"interval":20}' }, "tap:healthCheck.interval: got 20; allowed 10, 30 (seconds); pulumi config set --path tap:healthCheck.interval 10"],
    [
      "two checker regions are too few",
      { healthCheck: '{"regions":["us-east-1","us-west-2"]}' },
      'tap:healthCheck.regions: got ["us-east-1","us-west-2"]; allowed a list of at least 3 different items, each us-east-1, us-west-1, us-west-2, eu-west-1, ap-southeast-1, ap-southeast-2, ap-northeast-1, sa-east-1; pulumi config set --path \'tap:healthCheck.regions[0]\' us-east-1',
    ],
    ["a group that is no object", { healthCheck: "10" }, "tap:healthCheck: got 10; allowed an object; pulumi config rm tap:healthCheck && pulumi config set --path tap:healthCheck.interval 10"],
    ["a consistency AWS has not", { consistency: "Strong" }, "tap:consistency: got Strong; allowed strong, eventual; pulumi config set tap:consistency strong"],
    ["a flag is true or false", { protect: "yes" }, "tap:protect: got yes; allowed true, false; pulumi config set tap:protect true"],
    ["retention outside AWS's list", { logRetentionDays: "31" }, "tap:logRetentionDays: got 31; allowed 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 (days); pulumi config set tap:logRetentionDays 30"],
    ["an environment that is no host label", { environmentSuffix: "Dev_1" }, "tap:environmentSuffix: got Dev_1; allowed 1..12 of a-z, 0-9 and inner -; pulumi config set tap:environmentSuffix dev"],
    ["a region that does not exist", { primaryRegion: "us-esat-1" }, "tap:primaryRegion: got us-esat-1; allowed a region of the aws partition; pulumi config set tap:primaryRegion us-east-1"],
    ["an address that is none", { alertEmails: '["ops"]' }, "tap:alertEmails: got [\"ops\"]; allowed a list of different items, each an e-mail address; pulumi config set --path 'tap:alertEmails[0]' ops@example.com"],
    ["an account is no operator", { operators: '["arn:aws:iam::123456789012:root"]' }, "tap:operators: got [\"arn:aws:iam::123456789012:root\"]; allowed a list of different items, each the ARN of an IAM user or role; pulumi config set --path 'tap:operators[0]' arn:aws:iam::123456789012:user/operator"],
    ["a slip in a key", { tll: "5" }, "tap:tll: got 5; allowed only known keys, the nearest is tap:ttl; pulumi config rm tap:tll"],
    ["a key that nothing knows", { zzzzzzzz: "single" }, "tap:zzzzzzzz: got single; allowed only the keys of Pulumi.prod.example.yaml; pulumi config rm tap:zzzzzzzz"],
    ["a member that no group has", { healthCheck: '{"intervall":10}' }, "tap:healthCheck.intervall: got 10; allowed only known keys, the nearest is tap:healthCheck.interval; pulumi config rm --path tap:healthCheck.intervall"],
  ])("%s", (_, raw, message) => {
    expect(refusals({ ...GOOD, ...raw })).toEqual([message]);
  });

  test("a stack's name that cannot be an environment says where it came from", () => {
    expect(refusals(GOOD, "My.Stack")).toEqual([
      "tap:environmentSuffix: got My.Stack (from the stack's name); allowed 1..12 of a-z, 0-9 and inner -; pulumi config set tap:environmentSuffix dev",
    ]);
  });
});

describe("a combination that cannot work is refused", () => {
  const STRONG_SET = /region of the primary's region set/;
  test.each<[string, Record<string, string>, string, RegExp]>([
    ["one region twice", { secondaryRegion: "us-east-1" }, "secondaryRegion", /another region than tap:primaryRegion/],
    ["strong outside a region set", { secondaryRegion: "us-west-1" }, "secondaryRegion", STRONG_SET],
    ["strong across two region sets", { primaryRegion: "us-west-2", secondaryRegion: "eu-west-1" }, "secondaryRegion", STRONG_SET],
    ["a witness that is a replica", { witnessRegion: "us-east-2" }, "witnessRegion", /allowed us-west-2;/],
    ["a choice of witnesses without a decision", { primaryRegion: "eu-west-1", secondaryRegion: "eu-west-2" }, "witnessRegion", /got nothing; allowed .*eu-central-1/],
    ["a witness in eventual mode", { consistency: "eventual", witnessRegion: "us-west-2" }, "witnessRegion", /which has no witness/],
    ["a hasty threshold in eventual mode", { consistency: "eventual", healthCheck: '{"threshold":2}' }, "healthCheck.threshold", /got 2; allowed 3\.\.10/],
    ["a CNAME at the apex", { hostname: "payments.example.com" }, "hostname", /the apex of its zone/],
    ["a host outside its zone", { hostname: "api.other.example.com" }, "hostname", /a name below the zone payments\.example\.com/],
    ["a name too long for a certificate", { hostname: `${"a".repeat(50)}.payments.example.com` }, "hostname", /at most 64 characters/],
    ["an open API outside the local stack", { apiAuth: "none" }, "apiAuth", /got none in the environment dev/],
    ["both ways to a zone", { hostedZoneId: "Z123" }, "hostedZoneId", /exactly one of/],
    ["no way to a zone", { createHostedZone: "false" }, "hostedZoneId", /got nothing; allowed exactly one of/],
    ["reserving what the account has not", { "reservedConcurrency.health": "20", "reservedConcurrency.switch": "10", lambdaConcurrencyQuota: "120" }, "reservedConcurrency", /got a sum of 30 \(health 20, switch 10\); allowed a sum of at most 20/],
    ["keeping ready what the account has not", { provisionedConcurrency: '{"process":10,"read":5}', lambdaConcurrencyQuota: "110" }, "provisionedConcurrency", /got a sum of 15 \(process 10, read 5\); allowed a sum of at most 10/],
    ["reserved and kept ready that fit only apart", { provisionedConcurrency: '{"process":15,"health":5}', reservedConcurrency: '{"health":10}', lambdaConcurrencyQuota: "120" }, "provisionedConcurrency", /got a sum of 25 \(process 15, health 10\); allowed a sum of at most 20/],
    ["keeping ready more than is reserved", { provisionedConcurrency: '{"health":21}', reservedConcurrency: '{"health":20}' }, "provisionedConcurrency.health", /got 21; allowed at most 20, .* for the function health; pulumi config set --path tap:provisionedConcurrency\.health 20$/],
    ["keeping a function ready that no payer calls", { provisionedConcurrency: '{"notify":1}' }, "provisionedConcurrency.notify", /only known keys/],
    ["half a warm throughput", { "warmThroughput.readUnits": "12000" }, "warmThroughput.writeUnits", /or neither/],
  ])("%s", (_, raw, key, message) => {
    const found = refusals({ ...GOOD, ...raw });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
    expect(found[0]?.startsWith(`tap:${key}: `)).toBe(true);
  });

  test("without a domain only that is said", () => {
    expect(refusals({ createHostedZone: "true" })).toEqual([
      "tap:domain: got nothing; allowed the base domain of the failover host; pulumi config set tap:domain payments.example.com",
    ]);
  });

  test.each([
    ["the local stack needs no signatures", { apiAuth: "none", environmentSuffix: "local" }],
    ["nor one that says so", { apiAuth: "none", allowUnauthenticated: "true" }],
    ["a witness that was chosen", { primaryRegion: "eu-west-1", secondaryRegion: "eu-west-2", witnessRegion: "eu-central-1" }],
    ["eventual mode goes anywhere", { secondaryRegion: "ap-south-1", consistency: "eventual" }],
    ["an existing zone", { createHostedZone: "false", hostedZoneId: "Z123" }],
    ["what is kept ready within its reservation", { provisionedConcurrency: '{"process":10,"health":10}', reservedConcurrency: '{"health":10}', lambdaConcurrencyQuota: "120" }],
    ["a reservation that fits", { "reservedConcurrency.health": "20", "reservedConcurrency.switch": "10", lambdaConcurrencyQuota: "130" }],
  ])("but not its allowed neighbour: %s", (_, raw) => {
    expect(refusals({ ...GOOD, ...raw })).toEqual([]);
  });
});

test("whoever has made six mistakes reads of all six at once", () => {
  const found = refusals({ createHostedZone: "maybe", ttl: "300", nonsense: "1", secondaryRegion: "us-east-1" }, "Not-A-Suffix-At-All");
  expect(found.map((line) => line.slice(0, line.indexOf(": ")))).toEqual([
    "tap:nonsense",
    "tap:createHostedZone",
    "tap:ttl",
    "tap:environmentSuffix",
    "tap:domain",
    "tap:secondaryRegion",
  ]);
});
