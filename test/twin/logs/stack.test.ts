import { ACCOUNT_ID } from "../../../platform/account";
import type { DeployedStack } from "../../../platform/stack";
import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import { VIRTUAL_EPOCH, VirtualKernel } from "../../../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../../../twin/live";
import { loopbackAddresses } from "../../../twin/real";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import { logs } from "../../../twin/services/logs/index";
import { s3 } from "../../../twin/services/s3/index";
import { deployedStack } from "../../helpers/deployed";

const [EAST, OHIO] = ["us-east-1", "us-east-2"] as const;
const SECRET = { customerId: "cust-8831-zoe", amount: 73_519, reference: "invoice-4471-zoe", key: "idem-zoe-1" };

let deployed: DeployedStack;
beforeAll(async () => {
  deployed = await deployedStack();
});

interface World {
  readonly cloud: Cloud;
  readonly kernel: VirtualKernel;
  /** Sends a request to a region's own name at a second. */
  at(second: number, region: typeof EAST | typeof OHIO, method: string, target: string): void;
  until(second: number): Promise<void>;
}

function live(): World {
  const kernel = new VirtualKernel(1);
  const cloud: Cloud = new Cloud({ kernel, latency: noLatency, functions: new InProcessHost(() => cloud), accountId: ACCOUNT_ID });
  const addresses = loopbackAddresses(regionsOf(deployed.deployment.graph));
  bringToLife(deployed.deployment, cloud, addresses);
  const hosts = { [EAST]: deployed.outputs.hostnames.primary, [OHIO]: deployed.outputs.hostnames.secondary };
  return {
    cloud,
    kernel,
    at(second, region, method, target) {
      const { key, ...payment } = SECRET;
      const body = new TextEncoder().encode(method === "POST" ? JSON.stringify({ ...payment, currency: "EUR" }) : "");
      const headers = { "content-type": ["application/json"], ...(method === "POST" ? { "idempotency-key": [key] } : {}) };
      const request = { method, host: hosts[region], target, headers, body, sourceIp: "198.51.100.7" };
      kernel.spawn(second * 1000, async () => void (await cloud.network.send(addresses.get(region) ?? "", request).catch(() => undefined)));
    },
    until: (second) => kernel.run({ untilMs: VIRTUAL_EPOCH + second * 1000 }),
  };
}

const bucketOf = (region: string): string => `payments-logs-${region}-local-${ACCOUNT_ID}`;
const text = (cloud: Cloud, region: string): string => s3(cloud, region).objects(bucketOf(region)).map(({ body }) => Buffer.from(body).toString("utf8")).join("");

interface Delivered {
  readonly logGroup: string;
  readonly logEvents: readonly { readonly message: string; readonly timestamp: number }[];
}

/** The records in a region's log bucket. */
const delivered = (cloud: Cloud, region: string): readonly Delivered[] =>
  text(cloud, region).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Delivered); // the twin's own records
const groupsIn = (cloud: Cloud, region: string): readonly string[] => [...new Set(delivered(cloud, region).map(({ logGroup }) => logGroup))];
const linesOf = (cloud: Cloud, region: string, group: string): readonly string[] =>
  delivered(cloud, region).filter(({ logGroup }) => logGroup === group).flatMap(({ logEvents }) => logEvents.map(({ message }) => message));

test("both regions' lines come to the secondary's bucket within half a minute, and a copy to the primary's", async () => {
  const { cloud, at, until } = live();
  at(5, EAST, "POST", "/payments");
  at(6, OHIO, "POST", "/payments");
  await until(90);
  const both = [EAST, OHIO].map((region) => `/aws/lambda/payments-process-${region}-local`);
  expect(groupsIn(cloud, OHIO)).toEqual(expect.arrayContaining(both));
  expect(groupsIn(cloud, EAST)).toEqual(expect.arrayContaining(both));
  const [first] = s3(cloud, OHIO).objects(bucketOf(OHIO));
  expect(first?.key).toMatch(/^logs\/\d{4}\/\d\d\/\d\d\/payments-logs-us-east-2-local-1-.*\.ndjson$/);
  expect(first?.encryption.algorithm).toBe("aws:kms");
});

test("health checkers' 200s stay in the region; payments and failures are sent, without ids, queries or payloads", async () => {
  const { cloud, at, until } = live();
  at(5, EAST, "GET", "/health");
  at(6, EAST, "POST", "/payments");
  at(7, EAST, "GET", `/payments?customerId=${SECRET.customerId}`);
  at(8, EAST, "GET", "/nothing");
  await until(60);
  const group = "/aws/apigateway/payments-api-us-east-1-local-access";
  const kept = logs(cloud, EAST).group(group).events().map(({ message }) => JSON.parse(message) as Readonly<Record<string, string>>); // one JSON object a line
  expect(kept.some(({ route, status }) => route === "/health" && status === "200")).toBe(true);
  const sent = linesOf(cloud, OHIO, group).map((line) => JSON.parse(line) as Readonly<Record<string, string>>); // the same lines
  expect(sent.map(({ method, route, status }) => `${method} ${route} ${status}`)).toEqual(["POST /payments 201", "GET /payments 200", "GET - 404"]);
  expect(sent[0]).toMatchObject({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), latencyMs: expect.stringMatching(/^\d+$/), principal: "-" });
});

test("nothing of a payment but its id is in any line of any group, when calls fail too", async () => {
  const { cloud, kernel, at, until } = live();
  for (const service of ["dynamodb", "s3", "sns"]) kernel.after(15_000, () => void cloud.faults.add({ kind: "service", service, mode: "error" }));
  for (const region of [EAST, OHIO] as const) {
    at(5, region, "POST", "/payments");
    at(6, region, "POST", "/payments/validate");
    at(7, region, "GET", `/payments?customerId=${SECRET.customerId}`);
    at(20, region, "POST", "/payments");
    at(21, region, "GET", `/payments?customerId=${SECRET.customerId}`);
  }
  at(8, OHIO, "GET", "/switch");
  await until(60);
  const lines = [EAST, OHIO].flatMap((region) => logs(cloud, region).groups().flatMap((group) => group.events().map(({ message }) => message)));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.some((line) => line.includes('"level":"error"'))).toBe(true);
  for (const value of Object.values(SECRET)) expect(lines.filter((line) => line.includes(String(value)))).toEqual([]);
});

test("while the secondary is away lines wait; when it is back they arrive", async () => {
  const { cloud, at, until } = live();
  await until(3);
  const { id } = cloud.faults.add({ kind: "outage", region: OHIO });
  at(5, EAST, "POST", "/payments");
  await until(120);
  const group = "/aws/lambda/payments-process-us-east-1-local";
  const [waiting] = Object.values(logs(cloud, EAST).figures(group));
  expect(waiting).toMatchObject({ delivered: 0, dropped: 0 });
  expect(waiting?.waiting).toBeGreaterThan(0);
  expect(linesOf(cloud, OHIO, group)).toEqual([]);
  cloud.faults.remove(id);
  await until(180);
  expect(linesOf(cloud, OHIO, group).length).toBeGreaterThan(0);
});

test("the loss of either region leaves what was delivered readable in the other", async () => {
  for (const lost of [EAST, OHIO] as const) {
    const { cloud, at, until } = live();
    at(5, EAST, "POST", "/payments");
    await until(60);
    cloud.faults.add({ kind: "outage", region: lost });
    const left = lost === EAST ? OHIO : EAST;
    const list = (region: string) => cloud.call({ region, service: "s3", operation: "ListObjectsV2" }, { Bucket: bucketOf(region) }, {});
    await expect(list(left)).resolves.toMatchObject({ KeyCount: expect.any(Number) });
    await expect(list(lost)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(linesOf(cloud, left, "/aws/lambda/payments-process-us-east-1-local").length).toBeGreaterThan(0);
  }
});

test("what the delivery tells of its own failures stays in its own group", async () => {
  const { cloud, at, until } = live();
  cloud.faults.add({ kind: "service", region: OHIO, service: "s3", operation: "PutObject", mode: "error" });
  at(5, EAST, "POST", "/payments");
  await until(60);
  const own = "/aws/kinesisfirehose/payments-logs-us-east-2-local";
  expect(logs(cloud, OHIO).group(own).events().length).toBeGreaterThan(0);
  expect(logs(cloud, OHIO).figures(own)).toEqual({});
});
