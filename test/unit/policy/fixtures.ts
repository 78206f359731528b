import type { Values } from "../../../policy/objection";

/** A resource as a program declares it, and whose it is. */
export interface Fixture {
  readonly type: string;
  readonly name?: string;
  readonly region?: string | null;
  readonly values: Values;
  /** Property -> names of resources that its value comes from. */
  readonly references?: Readonly<Record<string, readonly string[]>>;
  readonly provider?: string;
  readonly protect?: boolean;
}

const fixture = (type: string, name: string, values: Values, more: Omit<Fixture, "type" | "name" | "values"> = {}): Fixture => ({ type, name, values, ...more });

const CHECK = "aws:route53/healthCheck:HealthCheck";
const RECORD = "aws:route53/record:Record";
const DOMAIN = "aws:apigateway/domainName:DomainName";
export const PUBLIC = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

const alarm: Values = {
  name: "errors",
  namespace: "AWS/Lambda",
  metricName: "Errors",
  dimensions: { FunctionName: "pay" },
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 0,
  comparisonOperator: "GreaterThanThreshold",
  alarmActions: ["arn:aws:sns:us-east-1:123456789012:alerts"],
};
const record: Values = { name: "pay.example.com", type: "CNAME", zoneId: "Z1", ttl: 5, records: ["d-1.example.net"] };
const table: Values = {
  name: "payments",
  hashKey: "id",
  billingMode: "PAY_PER_REQUEST",
  attributes: [{ name: "id", type: "S" }],
  deletionProtectionEnabled: true,
};
const strong: Values = { ...table, replicas: [{ regionName: "us-east-2", consistencyMode: "STRONG" }], globalTableWitness: { regionName: "us-west-2" } };
const index = (hash: string): Values => ({
  ...table,
  attributes: [{ name: "id", type: "S" }, { name: hash, type: "S" }],
  globalSecondaryIndexes: [{ name: "ByIt", keySchemas: [{ attributeName: hash, keyType: "HASH" }], projectionType: "ALL" }],
});
const replicated = (destination: Values): Values => ({
  bucket: "receipts",
  rules: [
    {
      id: "all",
      priority: 1,
      status: "Enabled",
      filter: { prefix: "" },
      deleteMarkerReplication: { status: "Enabled" },
      destination: { bucket: "arn:aws:s3:::replica", ...destination },
    },
  ],
});
const minutes = (given: number) => ({ replicationTime: { status: "Enabled", time: { minutes: given } }, metrics: { status: "Enabled", eventThreshold: { minutes: given } } });
const permission: Values = { action: "lambda:InvokeFunction", function: "pay", principal: "apigateway.amazonaws.com", sourceArn: "arn:aws:execute-api:us-east-1:123456789012:a1/*/GET/health" };
const check: Values = { type: "HTTPS", fqdn: "us-east-1.pay.example.com", port: 443, resourcePath: "/health", requestInterval: 10, failureThreshold: 2 };
const calculated: Values = { type: "CALCULATED", childHealthchecks: ["a", "b"], childHealthThreshold: 2 };
const without = (values: Values, key: string): Values => Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));

/** Policy -> [a resource that it stops, one that it lets pass]. */
export const ONE: Readonly<Record<string, readonly [stopped: Fixture, passes: Fixture]>> = {
  "lambda-reserved-variables": [
    fixture("aws:lambda/function:Function", "f", { runtime: "nodejs24.x", environment: { variables: { AWS_REGION: "us-east-1" } } }),
    fixture("aws:lambda/function:Function", "f", { runtime: "nodejs24.x", environment: { variables: { TABLE_NAME: "payments" } } }),
  ],
  "lambda-dead-runtimes": [fixture("aws:lambda/function:Function", "f", { runtime: "nodejs18.x" }), fixture("aws:lambda/function:Function", "f", { runtime: "nodejs24.x" })],
  "lambda-permission-source": [fixture("aws:lambda/permission:Permission", "p", without(permission, "sourceArn")), fixture("aws:lambda/permission:Permission", "p", permission)],
  "route53-primary-is-checked": [
    fixture(RECORD, "r", { ...record, setIdentifier: "primary", failoverRoutingPolicies: [{ type: "PRIMARY" }] }),
    fixture(RECORD, "r", { ...record, setIdentifier: "primary", failoverRoutingPolicies: [{ type: "PRIMARY" }], healthCheckId: "c" }),
  ],
  "route53-calculated-can-be-healthy": [fixture(CHECK, "c", { ...calculated, childHealthThreshold: 3 }), fixture(CHECK, "c", calculated)],
  "route53-health-check": [fixture(CHECK, "c", { ...check, regions: ["us-east-1", "us-west-1", "us-east-2"] }), fixture(CHECK, "c", check)],
  "cloudwatch-dimensions-exist": [
    fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", { ...alarm, namespace: "AWS/DynamoDB", metricName: "UserErrors", dimensions: { TableName: "payments" } }),
    fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm),
  ],
  "cloudwatch-route53-region": [
    fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", { ...alarm, namespace: "AWS/Route53", metricName: "HealthCheckStatus", dimensions: { HealthCheckId: "c" }, alarmActions: [] }, { region: "us-east-2" }),
    fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", { ...alarm, namespace: "AWS/Route53", metricName: "HealthCheckStatus", dimensions: { HealthCheckId: "c" }, statistic: "Minimum", alarmActions: [] }),
  ],
  "cloudwatch-action-region": [fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { region: "us-east-2" }), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm)],
  "s3-replication-time-control": [
    fixture("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "b", replicated(minutes(5))),
    fixture("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "b", replicated(minutes(15))),
  ],
  "s3-public-access": [
    fixture("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", { bucket: "receipts", blockPublicAcls: true }),
    fixture("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", { bucket: "receipts", ...Object.fromEntries(PUBLIC.map((name) => [name, true])) }),
  ],
  "s3-public-acl": [fixture("aws:s3/bucketAcl:BucketAcl", "b", { bucket: "receipts", acl: "public-read" }), fixture("aws:s3/bucketAcl:BucketAcl", "b", { bucket: "receipts", acl: "private" })],
  "dynamodb-strong-region-set": [fixture("aws:dynamodb/table:Table", "t", { ...strong, globalTableWitness: { regionName: "eu-west-1" } }), fixture("aws:dynamodb/table:Table", "t", strong)],
  "dynamodb-deletion-protection": [
    fixture("aws:dynamodb/table:Table", "t", without(table, "deletionProtectionEnabled"), { protect: true }),
    fixture("aws:dynamodb/table:Table", "t", table, { protect: true }),
  ],
  "dynamodb-index-cardinality": [fixture("aws:dynamodb/table:Table", "t", index("status")), fixture("aws:dynamodb/table:Table", "t", index("statusShard"))],
  "logs-have-retention": [fixture("aws:cloudwatch/logGroup:LogGroup", "l", { name: "/x" }), fixture("aws:cloudwatch/logGroup:LogGroup", "l", { name: "/x", retentionInDays: 30 })],
  "apigateway-regional": [
    fixture("aws:apigateway/restApi:RestApi", "api", { endpointConfiguration: { types: "EDGE" } }),
    fixture("aws:apigateway/restApi:RestApi", "api", { endpointConfiguration: { types: "REGIONAL" } }),
  ],
  "aws-would-refuse": [
    fixture("aws:lambda/function:Function", "f", { runtime: "nodejs24.x", memorySize: 64 }),
    fixture("aws:lambda/function:Function", "f", { runtime: "nodejs24.x", memorySize: 128 }),
  ],
};

const HOST = "us-east-1.pay.example.com";
const get = { get: {} };
const api = (paths: Values): Fixture => fixture("aws:apigateway/restApi:RestApi", "api", { body: JSON.stringify({ openapi: "3.0.1", paths }) });
const domain = (name: string, more: Values = {}, region = "us-east-1"): Fixture => fixture(DOMAIN, `${name}-${region}`, { domainName: name, securityPolicy: "TLS_1_2", ...more }, { region });
const mapping = fixture("aws:apigateway/basePathMapping:BasePathMapping", "mapping", { domainName: HOST }, { references: { restApi: ["api"] } });
const failover = (region: string, type: string): Fixture =>
  fixture(RECORD, type, { ...record, setIdentifier: type, failoverRoutingPolicies: [{ type }], healthCheckId: "c", records: [`d-1.execute-api.${region}.amazonaws.com`] });
const zone = fixture("aws:route53/zone:Zone", "zone", { name: "example.com" });
const served = [api({ "/health": get }), domain(HOST), mapping];
const onCalculated = (child: Values): readonly Fixture[] => [fixture(CHECK, "child", child), fixture(CHECK, "c", without(calculated, "childHealthchecks"), { references: { childHealthchecks: ["child"] } })];
const leadsTo = (target: Fixture): readonly Fixture[] => [target, fixture(RECORD, "r", without(record, "records"), { references: { records: [target.name ?? ""] } })];

/** Policy -> [a stack that it stops, one that it lets pass], then more pairs where one says too little. */
export const MANY: Readonly<Record<string, readonly [stopped: readonly Fixture[], passes: readonly Fixture[]][]>> = {
  "provider-is-explicit": [[[fixture(CHECK, "c", check, { provider: "default_7_48_0" })], [fixture(CHECK, "c", check)]]],
  "route53-checked-route-answers": [
    [[...served, fixture(CHECK, "c", { ...check, resourcePath: "/nope" })], [...served, fixture(CHECK, "c", check)]],
    [[api({ "/health": { post: {} } }), domain(HOST), mapping, fixture(CHECK, "c", check)], [api({ "/{any+}": { "x-amazon-apigateway-any-method": {} } }), domain(HOST), mapping, fixture(CHECK, "c", check)]],
    [[api({ "/health": { get: { security: [{ sigv4: [] }] } } }), domain(HOST), mapping, fixture(CHECK, "c", check)], [domain("other.example.com"), fixture(CHECK, "c", check)]],
    [[domain(HOST), fixture(CHECK, "c", check)], [...served, fixture(CHECK, "c", { ...check, resourcePath: "/health?deep=1" })]],
    [[zone, fixture(CHECK, "c", { ...check, fqdn: "gone.example.com" })], [zone, fixture(CHECK, "c", { ...check, fqdn: "www.elsewhere.org" })]],
  ],
  "route53-check-not-on-failover-name": [
    [[failover("us-east-1", "PRIMARY"), fixture(CHECK, "c", { ...check, fqdn: "PAY.example.com" })], [failover("us-east-1", "PRIMARY"), fixture(CHECK, "c", check)]],
  ],
  "route53-calculated-not-nested": [[onCalculated(calculated), onCalculated(check)]],
  "apigateway-checked-name-offers-tls12": [
    [[domain(HOST, { securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09" }), fixture(CHECK, "c", check)], [domain(HOST, { securityPolicy: "SecurityPolicy_TLS13_1_2_2021_06" }), fixture(CHECK, "c", check)]],
  ],
  "apigateway-name-has-domain": [
    [[failover("us-east-1", "PRIMARY"), domain("pay.example.com", {}, "us-east-2")], [failover("us-east-1", "PRIMARY"), domain("pay.example.com")]],
    [leadsTo(domain("other.example.com")), leadsTo(domain("*.example.com"))],
  ],
  "apigateway-failover-host-in-both-regions": [
    [
      [failover("us-east-1", "PRIMARY"), failover("us-east-2", "SECONDARY"), domain("pay.example.com")],
      [failover("us-east-1", "PRIMARY"), failover("us-east-2", "SECONDARY"), domain("pay.example.com"), domain("pay.example.com", {}, "us-east-2")],
    ],
  ],
  "cloudwatch-alarm-where-metric-is": [
    [
      [fixture("aws:lambda/function:Function", "f", {}), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { region: "us-east-2", references: { dimensions: ["f"] } })],
      [fixture("aws:dynamodb/table:Table", "f", strong), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { region: "us-east-2", references: { dimensions: ["f"] } })],
    ],
    [
      [fixture("aws:sns/topic:Topic", "t", {}), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { region: "eu-west-1", references: { dimensions: ["t"] } })],
      [fixture(CHECK, "c", check, { region: "us-east-2" }), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { references: { dimensions: ["c"] } })],
    ],
    [
      [fixture("aws:s3/bucket:Bucket", "b", {}), fixture("aws:s3/bucket:Bucket", "d", {}, { region: "us-west-2" }), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { region: "us-east-2", references: { dimensions: ["b", "d"] } })],
      [fixture("aws:s3/bucket:Bucket", "b", {}), fixture("aws:s3/bucket:Bucket", "d", {}, { region: "us-east-2" }), fixture("aws:cloudwatch/metricAlarm:MetricAlarm", "a", alarm, { region: "us-east-2", references: { dimensions: ["b", "d"] } })],
    ],
  ],
};
