import { ACCOUNT_ID } from "../../../platform/account";
import type { DeployedStack } from "../../../platform/stack";
import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import type { Fault } from "../../../twin/kernel/faults";
import { VIRTUAL_EPOCH, VirtualKernel } from "../../../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../../../twin/live";
import { loopbackAddresses } from "../../../twin/real";
import { cloudwatch } from "../../../twin/services/cloudwatch/index";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { sns } from "../../../twin/services/sns/index";
import { deployedStack } from "../../helpers/deployed";

const [EAST, OHIO] = ["us-east-1", "us-east-2"];
let deployed: DeployedStack;
beforeAll(async () => {
  deployed = await deployedStack();
});

/** The stack after `seconds`, a payment posted to us-east-1 every five seconds, with faults in force from the third second. */
async function lived(seconds: number, ...faults: readonly Fault[]): Promise<Cloud> {
  const kernel = new VirtualKernel(1);
  const cloud: Cloud = new Cloud({ kernel, latency: noLatency, functions: new InProcessHost(() => cloud), accountId: ACCOUNT_ID });
  const addresses = loopbackAddresses(regionsOf(deployed.deployment.graph));
  bringToLife(deployed.deployment, cloud, addresses);
  kernel.after(3000, () => faults.forEach((fault) => cloud.faults.add(fault)));
  for (let at = 5; at < seconds; at += 5) {
    const request = {
      method: "POST",
      host: deployed.outputs.hostnames.primary,
      target: "/payments",
      headers: { "content-type": ["application/json"], "idempotency-key": [`k${at}`] },
      body: new TextEncoder().encode(JSON.stringify({ customerId: "c1", amount: 1, currency: "EUR" })),
      sourceIp: "198.51.100.7",
    };
    kernel.spawn(at * 1000, async () => void (await cloud.network.send(addresses.get(EAST) ?? "", request).catch(() => undefined)));
  }
  await kernel.run({ untilMs: VIRTUAL_EPOCH + seconds * 1000 });
  return cloud;
}

/** The metric's sum over all minutes; undefined = never published there. */
function sum(cloud: Cloud, region: string, namespace: string, name: string, dimensions: Readonly<Record<string, string>>): number | undefined {
  const series = cloud.metrics.find(region, { namespace, name, dimensions });
  if (!series) return undefined;
  return [0, 1, 2, 3, 4, 5].reduce((total, minute) => total + (series.at(VIRTUAL_EPOCH / 60_000 + minute)?.sum ?? 0), 0);
}

const METHOD = { ApiName: "payments-api-us-east-1-local", Stage: "live", Resource: "/payments", Method: "POST" };
const alarmState = (cloud: Cloud, region: string, name: string): string | undefined => cloudwatch(cloud, region).alarm(`${name}-${region}-local`)?.state;

test("a payment counts at the API, by method too, at its function and at the table, in its region only", async () => {
  const cloud = await lived(60);
  expect(sum(cloud, EAST, "AWS/ApiGateway", "Count", METHOD)).toBe(11);
  expect(sum(cloud, EAST, "AWS/ApiGateway", "5XXError", METHOD)).toBe(0);
  expect(sum(cloud, EAST, "AWS/Lambda", "Invocations", { FunctionName: "payments-process-us-east-1-local" })).toBe(11);
  expect(cloud.metrics.list(EAST)).toContainEqual({
    namespace: "AWS/DynamoDB",
    name: "SuccessfulRequestLatency",
    dimensions: { TableName: deployed.outputs.tableName, Operation: "PutItem" },
  });
  expect(sum(cloud, OHIO, "AWS/ApiGateway", "Count", { ...METHOD, ApiName: "payments-api-us-east-2-local" })).toBeUndefined();
});

test("health checks publish in us-east-1 alone", async () => {
  const cloud = await lived(60);
  const namespaces = (region: string): readonly string[] => cloud.metrics.list(region).map(({ namespace }) => namespace);
  expect(namespaces(EAST)).toContain("AWS/Route53");
  expect(namespaces(OHIO)).not.toContain("AWS/Route53");
});

test("a table that fails shows at the table, at the health write and at the payments, and wakes people of that region", async () => {
  const cloud = await lived(240, { kind: "service", service: "dynamodb", operation: "PutItem", region: EAST });
  expect(sum(cloud, EAST, "AWS/DynamoDB", "SystemErrors", { TableName: deployed.outputs.tableName, Operation: "PutItem" })).toBeGreaterThan(20);
  expect(sum(cloud, EAST, "Payments", "HealthWriteFailures", { FunctionName: "payments-health-us-east-1-local" })).toBeGreaterThan(5);
  expect(sum(cloud, EAST, "AWS/ApiGateway", "5XXError", METHOD)).toBeGreaterThan(20);
  for (const name of ["payments-table-putitem-errors", "payments-health-writes", "payments-grey-failure", "payments-primary-unhealthy"]) {
    expect([name, alarmState(cloud, EAST, name)]).toEqual([name, "ALARM"]);
  }
  const told = sns(cloud, EAST).messages(deployed.outputs.alertTopicArns[EAST] ?? "").map(({ subject }) => subject);
  expect(told).toContain('ALARM: "payments-grey-failure-us-east-1-local" in us-east-1');
  for (const name of ["payments-table-putitem-errors", "payments-health-writes", "payments-grey-failure"]) expect([name, alarmState(cloud, OHIO, name)]).toEqual([name, "OK"]);
});

test("an item of the latch that cannot be read wakes people before it is forgotten", async () => {
  const cloud = await lived(180, { kind: "service", service: "dynamodb", operation: "GetItem", region: OHIO, resource: deployed.outputs.controlTableName });
  expect(alarmState(cloud, OHIO, "payments-control-unreadable")).toBe("ALARM");
});

test("a stack that is well sounds no alarm of its own", async () => {
  const cloud = await lived(360);
  for (const region of [EAST, OHIO]) {
    const sounding = cloudwatch(cloud, region ?? "").alarms().filter(({ state }) => state === "ALARM");
    expect(sounding.map(({ definition }) => definition.name)).toEqual([]);
  }
});
