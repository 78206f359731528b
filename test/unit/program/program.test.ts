import { ACCOUNT, deploy, MINIMAL, type Deployed, type Registered } from "./helper";

const HOST = "dev.payments.example.com";

/** Both regions from one table of expectations. */
const REGIONS = [
  { role: "primary", region: "us-east-1", routes: ["get /health", "get /payments", "get /payments/{paymentId}", "post /payments", "post /payments/validate"] },
  {
    role: "secondary",
    region: "us-east-2",
    routes: ["get /health", "get /payments", "get /payments/{paymentId}", "get /switch", "post /payments", "post /payments/validate"],
  },
] as const;

const FUNCTIONS = [
  { name: "process", memory: 512, timeout: 6 },
  { name: "validate", memory: 512, timeout: 6 },
  { name: "read", memory: 512, timeout: 6 },
  { name: "health", memory: 256, timeout: 3 },
] as const;

/** The parts of inputs that these tests look at. */
type Inputs = Readonly<Record<string, unknown>> & {
  readonly environment: { readonly variables: Readonly<Record<string, string>> };
  readonly replicas: readonly Readonly<Record<string, unknown>>[];
};
const inputs = ({ inputs: given }: Registered): Inputs => given as Inputs; // registered by the program under test

let stack: Deployed;

const limits = (region: string): readonly Inputs[] =>
  stack.all("aws:apigateway/methodSettings:MethodSettings").filter((one) => stack.regionOf(one) === region).map(inputs);
beforeAll(async () => {
  stack = await deploy({ ...MINIMAL, "tap:reservedConcurrency": '{"health":20,"switch":10}', "tap:alertEmails": '["ops@example.com"]' });
});

describe("nothing goes to a region by accident", () => {
  const exempt = ({ type, custom }: Registered): boolean => !custom || type === "pulumi:providers:aws";

  test("every resource has a provider and a parent", () => {
    const wrong = stack.resources.filter((resource) => !exempt(resource) && (resource.provider === "" || resource.parent === ""));
    expect(stack.resources.length).toBeGreaterThan(100);
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  test("every invoke has a provider", () => {
    expect(stack.calls.length).toBeGreaterThan(0);
    expect(stack.calls.filter(({ provider }) => provider === "")).toEqual([]);
  });

  test("a name that says a region is made in that region", () => {
    const regional = stack.resources.filter((resource) => !exempt(resource) && !/^aws:(route53|iam)\//.test(resource.type));
    const wrong = regional.filter((resource) => {
      const named = /us-east-[12]/.exec(resource.name)?.[0];
      return named !== undefined && named !== stack.regionOf(resource);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

describe.each(REGIONS)("the $role, $region", ({ role, region, routes }) => {
  test("tags all it makes with environment, region and role", () => {
    const provider = stack.one("pulumi:providers:aws", region);
    expect(JSON.parse(String(provider.inputs["defaultTags"]))).toEqual({
      tags: { Environment: "dev", Region: region, "DR-Role": role, Project: "payments", ManagedBy: "pulumi" },
    });
  });

  test.each(FUNCTIONS)("runs the function $name as the other region does", ({ name, memory, timeout }) => {
    const deployed = stack.one("aws:lambda/function:Function", `payments-${name}-${region}`);
    expect(inputs(deployed)).toMatchObject({
      name: `payments-${name}-${region}-dev`,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memorySize: memory,
      timeout,
      loggingConfig: { logGroup: `/aws/lambda/payments-${name}-${region}-dev` },
    });
    expect(inputs(deployed).environment.variables["BUNDLE_VERSION"]).toBe(`${name}-`.padEnd(12, "0"));
    expect(stack.regionOf(deployed)).toBe(region);
    // Without them Lambda refuses the role, or makes a log group that nobody expires.
    const waitsFor = deployed.dependsOn.map((urn) => stack.resources.find((one) => one.urn === urn)?.type);
    expect(waitsFor).toEqual(expect.arrayContaining(["aws:iam/rolePolicy:RolePolicy", "aws:cloudwatch/logGroup:LogGroup"]));
  });

  test("keeps concurrency for the verdict, so that retries cannot starve it", () => {
    expect(inputs(stack.one("aws:lambda/function:Function", `payments-health-${region}`))["reservedConcurrentExecutions"]).toBe(20);
    expect(inputs(stack.one("aws:lambda/function:Function", `payments-process-${region}`))).not.toHaveProperty("reservedConcurrentExecutions");
  });

  test("offers its routes, each allowed to call its own function only", () => {
    const api = stack.one("aws:apigateway/restApi:RestApi", region);
    const document = JSON.parse(String(api.inputs["body"])) as { paths: Record<string, Record<string, unknown>> }; // JSON of the program under test
    expect(Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`)).sort()).toEqual([...routes]);
    expect(api.inputs).toMatchObject({ disableExecuteApiEndpoint: true, endpointConfiguration: { types: "REGIONAL" } });
    const permissions = stack.all("aws:lambda/permission:Permission").filter((one) => stack.regionOf(one) === region);
    expect(permissions.map((one) => String(one.inputs["sourceArn"]).split("/*/")[1]).sort()).toEqual(
      routes.map((route) => route.replace(/^\w+ /, (method) => method.trim().toUpperCase()).replace("{paymentId}", "*")).sort(),
    );
  });

  test("answers to the failover name and to its own, in TLS 1.2 that health checkers speak", () => {
    const domains = stack.all("aws:apigateway/domainName:DomainName").filter((one) => stack.regionOf(one) === region);
    expect(domains.map((one) => one.inputs["domainName"]).sort()).toEqual([HOST, `${region}.${HOST}`].sort());
    expect(domains.map((one) => one.inputs["securityPolicy"])).toEqual(["TLS_1_2", "TLS_1_2"]);
    const mappings = stack.all("aws:apigateway/basePathMapping:BasePathMapping").filter((one) => stack.regionOf(one) === region);
    expect(mappings.map((one) => one.inputs["domainName"]).sort()).toEqual([HOST, `${region}.${HOST}`].sort());
  });

  test("is throttled at 10,000 requests a second and counts each route, which the grey-failure alarm needs", () => {
    const stage = limits(region).find(({ methodPath }) => methodPath === "*/*");
    expect(stage).toMatchObject({ settings: { metricsEnabled: true, dataTraceEnabled: false, throttlingRateLimit: 10_000, throttlingBurstLimit: 5_000 } });
  });

  test("gives the routes that anybody may ask a limit of their own, so that a flood of them leaves payments their share", () => {
    const probed = limits(region).filter(({ methodPath }) => methodPath !== "*/*");
    expect(probed.map(({ methodPath }) => methodPath)).toEqual(region === "us-east-2" ? ["health/GET", "switch/GET"] : ["health/GET"]);
    for (const { settings } of probed) expect(settings).toMatchObject({ metricsEnabled: true, throttlingRateLimit: 500, throttlingBurstLimit: 250 });
  });

  test("is checked on its own host name, whatever DNS answers for the failover name", () => {
    expect(stack.one("aws:route53/healthCheck:HealthCheck", `payments-health-${region}`).inputs).toMatchObject({
      type: "HTTPS",
      fqdn: `${region}.${HOST}`,
      resourcePath: "/health",
      requestInterval: 10,
      failureThreshold: 2,
      tags: { Name: `payments-health-${region}-dev` },
    });
  });

  test("alarms to its own topic and mails operations", () => {
    const alarms = stack.all("aws:cloudwatch/metricAlarm:MetricAlarm").filter((one) => stack.regionOf(one) === region);
    expect(alarms.length).toBeGreaterThan(10);
    const topics = new Set(alarms.flatMap((one) => one.inputs["alarmActions"]));
    expect([...topics]).toEqual([`arn-of-payments-alerts-${region}-dev`]);
    expect(stack.one("aws:sns/topicSubscription:TopicSubscription", region).inputs).toMatchObject({ protocol: "email", endpoint: "ops@example.com" });
    const policy = JSON.parse(String(stack.one("aws:sns/topicPolicy:TopicPolicy", `payments-alerts-${region}`).inputs["policy"])) as unknown;
    expect(policy).toMatchObject({ Statement: [{ Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } } }, { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }] });
  });
});

describe("the table", () => {
  test("has a replica in the peer and a witness, recovery and protection in both regions", () => {
    const table = stack.one("aws:dynamodb/table:Table", "payments-table");
    expect(table.inputs).toMatchObject({
      name: "payments-table-global-dev",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "paymentId",
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
      replicas: [{ regionName: "us-east-2", consistencyMode: "STRONG", pointInTimeRecovery: true, deletionProtectionEnabled: true, propagateTags: false }],
      globalTableWitness: { regionName: "us-west-2" },
    });
    expect(table.protect).toBe(true);
    expect(stack.regionOf(table)).toBe("us-east-1");
  });

  test("is found by customer and by status, and declares only attributes that are keys", () => {
    const table = stack.one("aws:dynamodb/table:Table", "payments-table").inputs as { attributes: { name: string }[]; globalSecondaryIndexes: { name: string; keySchemas: { attributeName: string }[] }[] }; // the program's own
    expect(table.globalSecondaryIndexes.map(({ name, keySchemas }) => [name, ...keySchemas.map(({ attributeName }) => attributeName)])).toEqual([
      ["CustomerIndex", "customerId", "createdAt"],
      ["StatusIndex", "statusShard", "createdAt"],
    ]);
    expect(table.attributes.map(({ name }) => name).sort()).toEqual(["createdAt", "customerId", "paymentId", "statusShard"]);
  });

  test("tags the replica with the replica's region, which the provider's default tags do not reach", () => {
    const tags = stack.all("aws:dynamodb/tag:Tag").map((tag) => tag.inputs);
    expect(tags).toContainEqual({ resourceArn: "arn-of-payments-table-global-dev-strong-in-us-east-2", key: "DR-Role", value: "secondary" });
    expect(tags).toContainEqual({ resourceArn: "arn-of-payments-table-global-dev-strong-in-us-east-2", key: "Region", value: "us-east-2" });
  });
});

test("the audit trail is made in the secondary and can be read in the primary, whatever the payments' mode", () => {
  const table = stack.one("aws:dynamodb/table:Table", "audit");
  expect(stack.regionOf(table)).toBe("us-east-2");
  expect(table.inputs).toMatchObject({
    name: "payments-audit-global-dev",
    hashKey: "trail",
    rangeKey: "at",
    pointInTimeRecovery: { enabled: true },
    serverSideEncryption: { kmsKeyArn: "arn-of-payments-us-east-2-dev" },
    replicas: [{ regionName: "us-east-1", kmsKeyArn: "arn-of-payments-us-east-1-dev", pointInTimeRecovery: true }],
  });
  expect(table.inputs).not.toHaveProperty("globalTableWitness");
  expect(table.protect).toBe(true);
});

describe("the latch", () => {
  test("lives in the secondary alone: table, function and route", () => {
    const tables = stack.all("aws:dynamodb/table:Table").filter(({ name }) => name.includes("control"));
    const functions = stack.all("aws:lambda/function:Function").filter(({ name }) => name.includes("payments-switch"));
    expect([...tables, ...functions].map((one) => stack.regionOf(one))).toEqual(["us-east-2", "us-east-2"]);
    expect(tables[0]?.inputs).not.toHaveProperty("replicas");
    expect(functions[0]?.inputs["reservedConcurrentExecutions"]).toBe(10);
  });

  test("knows both answers that DNS can give, and when a heartbeat has lapsed", () => {
    expect(inputs(stack.one("aws:lambda/function:Function", "payments-switch")).environment.variables).toEqual({
      BUNDLE_VERSION: "switch-00000",
      TABLE_NAME: "payments-table-global-dev",
      TABLE_CONSISTENCY: "strong",
      CONTROL_TABLE_NAME: "payments-control-us-east-2-dev",
      FAILOVER_HOSTNAME: HOST,
      PRIMARY_TARGET: "regional-payments-failover-domain-us-east-1-dev.aws.test",
      SECONDARY_TARGET: "regional-payments-failover-domain-us-east-2-dev.aws.test",
      // max(60 s, 2 x (1 + 1) x 10 s + 10 s + 5 s)
      LAPSE_AFTER_MS: "60000",
      // 5 s + 10 s
      SETTLE_MS: "15000",
    });
  });

  test("holds the primary out as soon as it says evacuated", () => {
    const latch = stack.one("aws:route53/healthCheck:HealthCheck", "payments-switch");
    expect(latch.inputs).toMatchObject({
      type: "HTTPS_STR_MATCH",
      fqdn: `us-east-2.${HOST}`,
      resourcePath: "/switch",
      searchString: '"state":"evacuated"',
      invertHealthcheck: true,
      requestInterval: 10,
      failureThreshold: 1,
    });
    expect(stack.one("aws:route53/healthCheck:HealthCheck", "payments-failover").inputs).toMatchObject({
      type: "CALCULATED",
      childHealthchecks: ["id-of-payments-health-us-east-1-dev", "id-of-payments-switch-us-east-2-dev", "id-of-payments-grey-failure-us-east-1-dev"],
      childHealthThreshold: 3,
    });
  });
});

test("one validation record per name, though both regions' certificates ask for the failover host", () => {
  const records = stack.all("aws:route53/record:Record").filter(({ name }) => name.startsWith("validation-"));
  expect(records.map((one) => one.inputs["name"]).sort()).toEqual([`_proof.${HOST}`, `_proof.us-east-1.${HOST}`, `_proof.us-east-2.${HOST}`].sort());
});

test("operators and tests get every endpoint, check, alarm and table name", () => {
  const { alarmArns, ...rest } = stack.outputs;
  expect(rest).toEqual({
    environment: "dev",
    regions: { primary: "us-east-1", secondary: "us-east-2", witness: "us-west-2" },
    hostnames: { failover: HOST, primary: `us-east-1.${HOST}`, secondary: `us-east-2.${HOST}` },
    primaryApiEndpoint: `https://us-east-1.${HOST}`,
    secondaryApiEndpoint: `https://us-east-2.${HOST}`,
    failoverApiEndpoint: `https://${HOST}`,
    healthCheckIds: {
      primary: "id-of-payments-health-us-east-1-dev",
      secondary: "id-of-payments-health-us-east-2-dev",
      switch: "id-of-payments-switch-us-east-2-dev",
      grey: "id-of-payments-grey-failure-us-east-1-dev",
      failover: "id-of-payments-failover-global-dev",
    },
    tableName: "payments-table-global-dev",
    tableArns: { primary: "arn-of-payments-table-global-dev-strong", secondary: "arn-of-payments-table-global-dev-strong-in-us-east-2" },
    vpcIds: { "us-east-1": "id-of-payments-us-east-1-dev", "us-east-2": "id-of-payments-us-east-2-dev" },
    controlTableName: "payments-control-us-east-2-dev",
    auditTableName: "payments-audit-global-dev",
    backups: Object.fromEntries(
      ["us-east-1", "us-east-2"].map((region) => [region, { vaultName: `payments-backups-${region}-dev`, restoreRoleArn: `arn-of-payments-restore-${region}-dev` }]),
    ),
    bucketNames: Object.fromEntries(
      ["us-east-1", "us-east-2"].map((region) => [region, { receipts: `payments-receipts-${region}-dev-${ACCOUNT}`, documents: `payments-documents-${region}-dev-${ACCOUNT}` }]),
    ),
    logBucketNames: Object.fromEntries(["us-east-1", "us-east-2"].map((region) => [region, `payments-logs-${region}-dev-${ACCOUNT}`])),
    alertTopicArns: { "us-east-1": "arn-of-payments-alerts-us-east-1-dev", "us-east-2": "arn-of-payments-alerts-us-east-2-dev" },
    eventTopicArns: { "us-east-1": "arn-of-payments-events-us-east-1-dev", "us-east-2": "arn-of-payments-events-us-east-2-dev" },
    drRoleArns: {
      "us-east-1": { automation: "arn-of-payments-dr-automation-us-east-1-dev" },
      "us-east-2": { automation: "arn-of-payments-dr-automation-us-east-2-dev" },
    },
    operatorAccess: "no operator role: tap:operators names nobody; pulumi config set --path 'tap:operators[0]' <ARN of a user or role>",
    nameServers: ["ns-1.test", "ns-2.test"],
  });
  expect(alarmArns).toHaveLength(stack.all("aws:cloudwatch/metricAlarm:MetricAlarm").length);
});
