import { ConfigError } from "../../../lib/config";
import { attempt, deploy, MINIMAL, type Deployed } from "./helper";

const HOST = "dev.payments.example.com";
const record = (stack: Deployed, role: string) => stack.one("aws:route53/record:Record", `${HOST}-${role}`).inputs;

/** Type and name, but for the stack itself. */
const registered = (stack: Deployed): string[] => stack.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack").map(({ type, name }) => `${type} ${name}`);

test("a refused configuration registers nothing at all", async () => {
  const stack = await attempt({ ...MINIMAL, "tap:ttl": "300" });
  expect(stack.error).toBeInstanceOf(ConfigError);
  expect(registered(stack)).toEqual([]);
});

describe("the failover records", () => {
  const PRIMARY = {
    name: HOST,
    type: "CNAME",
    ttl: 5,
    setIdentifier: "primary",
    failoverRoutingPolicies: [{ type: "PRIMARY" }],
    healthCheckId: "id-of-payments-failover-global-dev",
    records: ["regional-payments-failover-domain-us-east-1-dev.aws.test"],
  };

  test("strong: an unhealthy secondary does not keep the traffic", async () => {
    const stack = await deploy(MINIMAL);
    expect(record(stack, "primary")).toMatchObject(PRIMARY);
    expect(record(stack, "secondary")).toMatchObject({
      failoverRoutingPolicies: [{ type: "SECONDARY" }],
      healthCheckId: "id-of-payments-health-us-east-2-dev",
      records: ["regional-payments-failover-domain-us-east-2-dev.aws.test"],
    });
  });

  test("eventual: nothing but a failback leads to a primary that may lack payments", async () => {
    const stack = await deploy({ ...MINIMAL, "tap:consistency": "eventual" });
    expect(record(stack, "primary")).toMatchObject(PRIMARY);
    expect(record(stack, "secondary")).not.toHaveProperty("healthCheckId");
    expect(stack.one("aws:route53/healthCheck:HealthCheck", "payments-health-us-east-1").inputs["failureThreshold"]).toBe(3);
  });

  test("the region's own name leads to the region's own domain, without routing", async () => {
    const stack = await deploy(MINIMAL);
    const own = stack.all("aws:route53/record:Record").find(({ name }) => name === `us-east-2.${HOST}`)?.inputs;
    expect(own).toMatchObject({ type: "CNAME", records: ["regional-payments-own-domain-us-east-2-dev.aws.test"] });
    expect(own).not.toHaveProperty("setIdentifier");
  });
});

describe("the table's mode", () => {
  test("eventual: plain replicas, no witness", async () => {
    const stack = await deploy({ ...MINIMAL, "tap:consistency": "eventual" });
    const { inputs } = stack.one("aws:dynamodb/table:Table", "payments-table");
    expect(inputs).not.toHaveProperty("globalTableWitness");
    expect(inputs).toMatchObject({ streamEnabled: true, replicas: [{ regionName: "us-east-2" }] });
    expect(inputs["replicas"]).not.toMatchObject([{ consistencyMode: "STRONG" }]);
  });

  test("another mode is another resource of the same physical name: the live table cannot be turned into it", async () => {
    const names = [];
    for (const consistency of ["strong", "eventual"]) {
      const stack = await deploy({ ...MINIMAL, "tap:consistency": consistency });
      const { name, inputs, protect } = stack.one("aws:dynamodb/table:Table", "payments-table");
      names.push({ name, physical: inputs["name"], protect });
    }
    expect(new Set(names.map(({ name }) => name)).size).toBe(2);
    expect(new Set(names.map(({ physical }) => physical)).size).toBe(1);
    expect(names.map(({ protect }) => protect)).toEqual([true, true]);
  });

  test("warm throughput is set once and never lowered by a later deployment", async () => {
    const stack = await deploy({ ...MINIMAL, "tap:warmThroughput": '{"readUnits":15000,"writeUnits":5000}' });
    const { inputs, ignoreChanges } = stack.one("aws:dynamodb/table:Table", "payments-table");
    const warmThroughput = { readUnitsPerSecond: 15000, writeUnitsPerSecond: 5000 };
    expect(inputs).toMatchObject({ warmThroughput, globalSecondaryIndexes: [{ warmThroughput }, { warmThroughput }] });
    expect(ignoreChanges).toEqual(["warmThroughput", "globalSecondaryIndexes[*].warmThroughput"]);
  });

  test("a restore gets a table of its own name", async () => {
    const stack = await deploy({ ...MINIMAL, "tap:tableGeneration": "g2" });
    expect(stack.outputs["tableName"]).toBe("payments-table-g2-global-dev");
  });
});

test("an unprotected stack can be destroyed: neither Pulumi nor AWS holds on to it", async () => {
  const stack = await deploy({ ...MINIMAL, "tap:protect": "false" });
  expect(stack.resources.filter(({ protect }) => protect)).toEqual([]);
  for (const { inputs } of stack.all("aws:dynamodb/table:Table")) expect(inputs["deletionProtectionEnabled"]).toBe(false);
});

test("two environments in one account share no physical name", async () => {
  const physical = (stack: Deployed): unknown[] =>
    stack.resources
      .filter(({ type }) => type !== "aws:route53/zone:Zone" && type !== "aws:route53/record:Record")
      .map(({ type, inputs }) => inputs["name"] && `${type} ${String(inputs["name"])}`)
      .filter((name) => name !== undefined);
  const one = physical(await deploy(MINIMAL));
  const two = physical(await deploy({ ...MINIMAL, "tap:environmentSuffix": "pr-42" }));
  expect(one.length).toBeGreaterThan(50);
  expect(one.filter((name) => two.includes(name))).toEqual([]);
});

test("the longest environment still fits into every name, in the regions with the longest names", async () => {
  const stack = await deploy({
    ...MINIMAL,
    "tap:environmentSuffix": "abcdefghijkl",
    "tap:primaryRegion": "ap-southeast-1",
    "tap:secondaryRegion": "ap-northeast-1",
    "tap:consistency": "eventual",
    "tap:manageAccountSettings": "true",
  });
  expect(stack.error).toBeUndefined();
  for (const type of ["aws:lambda/function:Function", "aws:iam/role:Role"]) {
    const lengths = stack.all(type).map(({ inputs }) => String(inputs["name"]).length);
    expect(lengths.length).toBeGreaterThan(8);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(64);
  }
});

test("health-check alarms are where Route 53 publishes, though neither region is there", async () => {
  const stack = await deploy({ ...MINIMAL, "tap:primaryRegion": "eu-west-1", "tap:secondaryRegion": "eu-west-2", "tap:consistency": "eventual" });
  const alarms = stack.all("aws:cloudwatch/metricAlarm:MetricAlarm").filter(({ inputs }) => inputs["namespace"] === "AWS/Route53");
  expect(alarms.map((alarm) => [stack.regionOf(alarm), alarm.inputs["alarmActions"]])).toEqual(
    alarms.map(() => ["us-east-1", ["arn-of-payments-alerts-us-east-1-dev"]]),
  );
  expect(alarms).toHaveLength(3);
});

test("an existing zone is used, none is made", async () => {
  const stack = await deploy({ "tap:environmentSuffix": "dev", "tap:domain": "payments.example.com", "tap:hostedZoneId": "Z9" });
  expect(stack.all("aws:route53/zone:Zone")).toEqual([]);
  expect(new Set(stack.all("aws:route53/record:Record").map(({ inputs }) => inputs["zoneId"]))).toEqual(new Set(["Z9"]));
  expect(stack.outputs).not.toHaveProperty("nameServers");
});

describe("what is one per account", () => {
  const SINGLETON = "aws:apigateway/account:Account";

  test("is nobody's by default", async () => {
    expect((await deploy(MINIMAL)).all(SINGLETON)).toEqual([]);
  });

  test("is made in both regions by the stack that says so, and outlives it", async () => {
    const stack = await deploy({ ...MINIMAL, "tap:manageAccountSettings": "true" });
    expect(stack.all(SINGLETON).map((one) => stack.regionOf(one)).sort()).toEqual(["us-east-1", "us-east-2"]);
    const kept = stack.resources.filter(({ retainOnDelete }) => retainOnDelete).map(({ type }) => type);
    // The keys stay too, whatever the stack: without them a kept backup could not be read.
    const each = [SINGLETON, "aws:backup/regionSettings:RegionSettings", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy", "aws:kms/key:Key"];
    // A table that another generation has replaced is the last to know what was paid.
    expect(kept.sort()).toEqual([...each, ...each, "aws:dynamodb/table:Table"].sort());
  });

  test("a role that outlives its stack leaves its name free, so that the stack can be made again", async () => {
    const stack = await deploy({ ...MINIMAL, "tap:manageAccountSettings": "true" });
    const roles = stack.all("aws:iam/role:Role").filter(({ retainOnDelete }) => retainOnDelete);
    expect(roles.map(({ name, inputs }) => [name, inputs["name"]])).toEqual(["us-east-1", "us-east-2"].map((region) => [`apigateway-logs-${region}-dev`, undefined]));
  });
});

describe("environments kept ready", () => {
  const provisioned = (stack: Deployed): string[] =>
    stack.all("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig").map(({ name, inputs }) => `${name} ${String(inputs["qualifier"])} ${String(inputs["provisionedConcurrentExecutions"])}`);
  const keep = (value: string): Promise<Deployed> => deploy({ ...MINIMAL, "tap:provisionedConcurrency": value });

  test("nobody pays for any unless asked: a stack without them, and one with none, are the same", async () => {
    const [without, none] = [await deploy(MINIMAL), await keep('{"process":0,"regions":"both"}')];
    expect(registered(none)).toEqual(registered(without));
    expect(provisioned(without)).toEqual([]);
    expect(without.all("aws:lambda/function:Function").filter(({ inputs }) => inputs["publish"] !== undefined)).toEqual([]);
    expect(without.all("aws:lambda/permission:Permission").filter(({ inputs }) => inputs["qualifier"] !== undefined)).toEqual([]);
  });

  test("the region that stands by has them, and the one that is warm from its own traffic has none", async () => {
    expect(provisioned(await keep('{"process":20,"read":10}'))).toEqual(["payments-process-us-east-2-dev live 20", "payments-read-us-east-2-dev live 10"]);
  });

  test("both regions have them where both are asked for", async () => {
    expect(provisioned(await keep('{"process":3,"regions":"both"}'))).toEqual(["payments-process-us-east-1-dev live 3", "payments-process-us-east-2-dev live 3"]);
  });

  test("the API calls them, and may: integration and permission name the alias, and no other function's do", async () => {
    const stack = await keep('{"process":20}');
    const named = stack.all("aws:lambda/permission:Permission").flatMap(({ name, inputs }) => (inputs["qualifier"] === undefined ? [] : [`${name} ${String(inputs["qualifier"])}`]));
    expect(named).toEqual(["payments-post-payments-live-us-east-2-dev live"]);
    expect(stack.one("aws:lambda/function:Function", "payments-process-us-east-2").inputs["publish"]).toBe(true);
    expect(stack.one("aws:lambda/alias:Alias").inputs).toMatchObject({ name: "live" });
  });

  test("a payer is let in all the while they are switched on or off: both permissions stand until the stage has changed over", async () => {
    const [without, stack] = [await deploy(MINIMAL), await keep('{"process":20}')];
    const permissions = (one: Deployed) => one.all("aws:lambda/permission:Permission").filter(({ name }) => name.endsWith("-us-east-2-dev"));
    const ofAlias = permissions(stack).filter(({ inputs }) => inputs["qualifier"] !== undefined);
    const taken = permissions(without).flatMap(({ name, inputs }) => [name, inputs["statementId"]]);
    for (const { name, inputs } of ofAlias) for (const own of [name, inputs["statementId"]]) expect(taken).not.toContain(own);
    for (const one of [without, stack]) {
      expect(one.one("aws:apigateway/stage:Stage", "us-east-2").dependsOn).toEqual(expect.arrayContaining(permissions(one).map(({ urn }) => urn)));
    }
    expect(ofAlias).toHaveLength(1);
  });
});
