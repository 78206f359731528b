import { drillInVirtualTime } from "../../../drill/run/virtual";
import { scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import type { GraphResource } from "../../../twin/deploy/graph";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, withInputs, type World } from "../../helpers/system";

/** Mistakes that a program can make and a deployment accepts: what its users would see is what the twin shows. */
const PRIMARY = "us-east-1";
const SECONDARY = "us-east-2";

let good: DeployedStack;
beforeAll(async () => {
  good = await deployedStack();
});

type Edit = (resource: GraphResource) => GraphResource | undefined;

/** Brings the stack to life with one mistake. Fails where the mistake finds nothing to change. */
function mistaken(edit: Edit): DeployedStack {
  let changed = 0;
  const stack = operated(good, (resource) => {
    const after = edit(resource);
    if (after !== resource) changed += 1;
    return after;
  });
  if (changed === 0) throw new Error("the mistake changes no resource of this program");
  return stack;
}

const is = ({ type, region, name }: GraphResource, kind: string, where?: string, part = ""): boolean =>
  type.startsWith(`aws:${kind}`) && (where === undefined || region === where) && name.includes(part);

/** Runs until the failover name leads to the primary. */
async function primaryServes(world: World): Promise<void> {
  expect(await world.until(60, () => world.led() === PRIMARY)).toBe(true);
}

test("control: without a mistake the primary takes payments and each region says that it is healthy", async () => {
  const world = virtualWorld(operated(good, (resource) => resource));
  await world.tell(async () => {
    await primaryServes(world);
    expect((await world.pay("k")).status).toBe(201);
    for (const host of [good.outputs.hostnames.primary, good.outputs.hostnames.secondary]) expect((await world.get(host, "/health")).status).toBe(200);
  });
});

describe("mistakes that keep the primary from its traffic", () => {
  const health = (change: Readonly<Record<string, unknown>>): Edit => (resource) =>
    is(resource, "route53/healthCheck") && resource.inputs["fqdn"] === good.outputs.hostnames.primary ? withInputs(resource, change) : resource;

  test.each<[string, Edit]>([
    ["a health check on a path without a route", health({ resourcePath: "/nope" })],
    ["a health check on a name that nobody has", health({ fqdn: "gone.local.payments.test" })],
    ["a primary without a domain for its own name", (resource) => (is(resource, "apigateway/domainName:", PRIMARY, "own") || is(resource, "apigateway/basePathMapping", PRIMARY, "-own") ? undefined : resource)],
    ["a health route that may not call its function", (resource) => (is(resource, "lambda/permission", PRIMARY, "get-health") ? undefined : resource)],
    ["a health function without the table's name", (resource) => (is(resource, "lambda/function", PRIMARY, "health") ? withInputs(resource, { environment: { variables: {} } }) : resource)],
  ])("%s: the primary never becomes healthy, all payers go to the secondary", async (_, edit) => {
    const stack = mistaken(edit);
    const world = virtualWorld(stack);
    await world.tell(async () => {
      // A new check counts as healthy until it has failed often enough.
      await world.kernel.sleep(60_000);
      expect(await world.until(60, () => world.led() === PRIMARY)).toBe(false);
      expect(await world.pay("k")).toMatchObject({ status: 201, region: SECONDARY });
    });
  });
});

describe("mistakes that show when the region is lost", () => {
  /** Ends for certain where clients never recover. */
  const scenario = { ...scenarioNamed("region-lost"), clients: 5, faultAtMs: 20_000, maxMs: 120_000 };
  const drill = (stack: DeployedStack) => drillInVirtualTime({ deployed: stack, scenario, assumptions: "documented", seed: 1 });

  test("control: without a mistake everyone recovers", async () => {
    const { verdict } = await drill(operated(good, (resource) => resource));
    expect(verdict.pass).toBe(true);
  });

  const noFailoverDomain: Edit = (resource) =>
    is(resource, "apigateway/domainName:", SECONDARY, "failover") || is(resource, "apigateway/basePathMapping", SECONDARY, "-failover") ? undefined : resource;
  const isFailoverRecord = (resource: GraphResource, role: string): boolean => is(resource, "route53/record:") && resource.inputs["setIdentifier"] === role;
  const recordWhere = (wanted: (resource: GraphResource) => boolean): string => {
    const record = good.deployment.graph.resources.find((resource) => is(resource, "route53/record:") && wanted(resource));
    return String((record?.inputs["records"] as readonly string[] | undefined)?.[0]); // RecordArgs.records
  };
  const own = (): string => recordWhere(({ inputs }) => inputs["name"] === good.outputs.hostnames.secondary);
  const targetOf = (role: string): string => recordWhere((resource) => isFailoverRecord(resource, role));
  const pointed = (role: string, target: () => string): Edit => (resource) => (isFailoverRecord(resource, role) ? withInputs(resource, { records: [target()] }) : resource);
  const without = (resource: GraphResource, property: string): GraphResource => {
    const drop = (values: GraphResource["inputs"]) => Object.fromEntries(Object.entries(values).filter(([name]) => name !== property));
    return { ...resource, inputs: drop(resource.inputs), outputs: drop(resource.outputs) };
  };

  test.each<[string, Edit, object]>([
    ["no domain for the failover name in the secondary", noFailoverDomain, { message: expect.stringMatching(/^queryA (NXDOMAIN|NOERROR|SERVFAIL) local/) }],
    [
      "the failover name leads to the secondary's other domain, whose certificate is not its own",
      (resource) => {
        const left = noFailoverDomain(resource);
        return left && pointed("secondary", () => own())(left);
      },
      { name: "HostUnknown" },
    ],
    ["the secondary's record leads to the primary", (resource) => pointed("secondary", () => targetOf("primary"))(resource), { code: "ECONNREFUSED" }],
    ["the primary's record has no health check", (resource) => (isFailoverRecord(resource, "primary") ? without(resource, "healthCheckId") : resource), { code: "ECONNREFUSED" }],
    ["the secondary's payment route may not call its function", (resource) => (is(resource, "lambda/permission", SECONDARY, "post-payments") ? undefined : resource), { status: 503, region: SECONDARY }],
  ])("%s: no client recovers, and the verdict says so", async (_, edit, seen) => {
    const stack = mistaken(edit);
    const { verdict, measurement } = await drill(stack);
    expect(verdict.pass).toBe(false);
    expect(verdict.lines.filter(({ pass }) => !pass).map(({ id }) => id)).toContain("rto-dns-region");
    expect(measurement.rtoMs?.p50).toBe(Infinity);

    const world = virtualWorld(stack);
    await world.tell(async () => {
      await primaryServes(world);
      expect((await world.pay("before")).status).toBe(201);
      world.cloud.faults.add({ kind: "outage", region: PRIMARY });
      await world.kernel.sleep(60_000);
      const payer: unknown = await world.pay("after").catch((error: unknown) => error);
      expect(payer).toMatchObject(seen);
    });
  });
});

describe("mistakes that show at once", () => {
  const payments = (change: (resource: GraphResource) => GraphResource): Edit => (resource) => (is(resource, "lambda/function", PRIMARY, "process") ? change(resource) : resource);

  test.each<[string, Edit, string, number]>([
    ["may not call its function", (resource) => (is(resource, "lambda/permission", PRIMARY, "post-payments") ? undefined : resource), "OUTCOME_UNKNOWN", 0],
    ["has no table's name", payments((resource) => withInputs(resource, { environment: { variables: {} } })), "OUTCOME_UNKNOWN", 0],
    ["has a table's name that is none", payments((resource) => withEnvironment(resource, { TABLE_NAME: "payments" })), "UNAVAILABLE", 0],
    ["has a handler that its bundle lacks", payments((resource) => withInputs(resource, { handler: "index.main" })), "OUTCOME_UNKNOWN", 0],
    // Killed after the write: the answer must not say that nothing happened.
    ["has no time to answer", payments((resource) => withInputs(resource, { timeout: 0.005 })), "OUTCOME_UNKNOWN", 1],
  ])("a payment route that %s answers 503, though the health route is content", async (_, edit, code, stored) => {
    const world = virtualWorld(mistaken(edit));
    await world.tell(async () => {
      await primaryServes(world);
      expect(await world.pay("k")).toMatchObject({ status: 503, body: { error: { code } } });
      expect((await world.get(good.outputs.hostnames.primary, "/health")).status).toBe(200);
      expect(world.stored(SECONDARY)).toHaveLength(stored);
    });
  });

  function withEnvironment(resource: GraphResource, change: Readonly<Record<string, string>>): GraphResource {
    const { variables } = resource.inputs["environment"] as { variables: Record<string, string> }; // FunctionArgs.environment
    return withInputs(resource, { environment: { variables: { ...variables, ...change } } });
  }

  test("without the latch's check the healed primary takes its traffic back unverified", async () => {
    const latch = good.deployment.graph.resources.find((resource) => is(resource, "route53/healthCheck") && resource.inputs["invertHealthcheck"] === true);
    const unlatched: Edit = (resource) => {
      if (!is(resource, "route53/healthCheck") || resource.inputs["type"] !== "CALCULATED") return resource;
      const children = (resource.inputs["childHealthchecks"] as readonly string[]).filter((id) => id !== latch?.id); // HealthCheckArgs.childHealthchecks
      return withInputs(resource, { childHealthchecks: children, childHealthThreshold: children.length });
    };
    const world = virtualWorld(mistaken(unlatched));
    await world.tell(async () => {
      await primaryServes(world);
      const fault = world.cloud.faults.add({ kind: "outage", region: PRIMARY });
      expect(await world.until(60, () => world.led() === SECONDARY)).toBe(true);
      await world.kernel.sleep(20_000);
      world.cloud.faults.remove(fault.id);
      expect(await world.until(60, () => world.led() === PRIMARY)).toBe(true);
    });
  });
});
