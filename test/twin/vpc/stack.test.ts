import type { DeployedStack } from "../../../platform/stack";
import type { GraphResource } from "../../../twin/deploy/graph";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, withInputs, type World } from "../../helpers/system";

/** What becomes of the platform when its network lacks a part. */
const PRIMARY = "us-east-1";
const SECONDARY = "us-east-2";

let good: DeployedStack;
beforeAll(async () => {
  good = await deployedStack();
});

type Edit = (resource: GraphResource) => GraphResource | undefined;

const inPrimary = ({ type, region, name }: GraphResource, kind: string, part: string): boolean => type.endsWith(`:${kind}`) && region === PRIMARY && name.includes(part);
const without = (kind: string, part: string): Edit => (resource) => (inPrimary(resource, kind, part) ? undefined : resource);
const dynamodbEndpoint = without("VpcEndpoint", "payments-dynamodb");

async function primaryServes(world: World): Promise<void> {
  expect(await world.until(60, () => world.led() === PRIMARY)).toBe(true);
}

/** The stack without a part; fails where there is nothing to take away. */
function damaged(edit: Edit): DeployedStack {
  const after = operated(good, edit);
  expect(after.deployment.graph.resources).not.toEqual(good.deployment.graph.resources);
  return after;
}

test.each<[string, Edit]>([
  ["the table's gateway endpoint", dynamodbEndpoint],
  ["the functions' egress to the table's addresses", without("SecurityGroupEgressRule", "to-dynamodb")],
  [
    "the private subnets' tables, which lead to the endpoint",
    (resource) => (inPrimary(resource, "VpcEndpoint", "payments-dynamodb") ? withInputs(resource, { routeTableIds: [] }) : resource),
  ],
])("without %s the primary can take no payment, says so by its health route, and loses the traffic", async (_, edit) => {
  const world = virtualWorld(damaged(edit));
  const cutOff = new Set<unknown>();
  world.kernel.observe(({ kind, data }) => kind === "vpc.unreachable" && cutOff.add(data["service"]));
  await world.tell(async () => {
    const { primary } = good.outputs.hostnames;
    // The whole budget of attempts passes in silence.
    const paid: unknown = await world.pay("k", { host: primary }).catch((error: unknown) => error);
    expect(paid).not.toMatchObject({ status: 201 });
    expect(world.stored(SECONDARY)).toEqual([]);
    expect((await world.get(primary, "/health")).status).toBe(503);
    await world.kernel.sleep(60_000);
    expect(world.led()).toBe(SECONDARY);
    expect(await world.pay("k")).toMatchObject({ status: 201, region: SECONDARY });
  });
  expect([...cutOff]).toEqual(["dynamodb"]);
});

test("a region without its endpoint for topics still takes payments: what tells of them comes later", async () => {
  const world = virtualWorld(damaged(without("VpcEndpoint", "payments-sns")));
  await world.tell(async () => {
    await primaryServes(world);
    expect(await world.pay("k")).toMatchObject({ status: 201, region: PRIMARY });
  });
});

test("the table may be reached by NAT where its endpoint is away", async () => {
  const deployed = await deployedStack({ overrides: { "tap:nat": "single", "tap:interfaceEndpoints": "[]" } });
  const world = virtualWorld(operated(deployed, dynamodbEndpoint));
  await world.tell(async () => {
    await primaryServes(world);
    expect(await world.pay("k")).toMatchObject({ status: 201, region: PRIMARY });
  });
});
