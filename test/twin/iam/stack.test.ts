import { drillInVirtualTime } from "../../../drill/run/virtual";
import { scenarioNamed } from "../../../drill/scenarios/index";
import type { DeployedStack } from "../../../platform/stack";
import type { GraphResource } from "../../../twin/deploy/graph";
import { lambda } from "../../../twin/services/lambda/index";
import { deployedStack } from "../../helpers/deployed";
import { operated, virtualWorld, withInputs } from "../../helpers/system";

const PROCESS = "payments-process-us-east-1-local";

/** The role policy without the statement `sid`. */
function without(sid: string, resource: GraphResource): GraphResource {
  const document = JSON.parse(String(resource.inputs["policy"])) as { Statement: { Sid?: string }[] }; // the program's own policy
  return withInputs(resource, { policy: JSON.stringify({ ...document, Statement: document.Statement.filter(({ Sid }) => Sid !== sid) }) });
}

let deployed: DeployedStack;
beforeAll(async () => {
  deployed = await deployedStack();
});

test("whoever forgets the permission to store payments hears 503 UNAVAILABLE, and the log says why", async () => {
  const broken = operated(deployed, (resource) =>
    resource.type === "aws:iam/rolePolicy:RolePolicy" && resource.name === PROCESS ? without("AcceptPayments", resource) : resource,
  );
  const world = virtualWorld(broken);
  const { primary, secondary } = deployed.outputs.hostnames;
  await world.tell(async () => {
    expect(await world.pay("k1", { host: primary })).toMatchObject({ status: 503, body: { error: { code: "UNAVAILABLE" } } });
    expect(await world.pay("k1", { host: secondary })).toMatchObject({ status: 201 });
  });
  const lines = lambda(world.cloud, "us-east-1").logs(PROCESS).map(({ line }) => line).join("\n");
  expect(lines).toContain("AccessDenied");
});

test("the stack as it is serves from both regions under the permissions it has", async () => {
  const world = virtualWorld(deployed);
  const { primary, secondary } = deployed.outputs.hostnames;
  await world.tell(async () => {
    const paid = await world.pay("k2", { host: primary });
    expect(paid.status).toBe(201);
    expect((await world.get(secondary, `/payments/${String(paid.body["paymentId"])}`)).status).toBe(200);
    expect((await world.get(primary, "/payments?customerId=c1")).status).toBe(200);
    expect((await world.get(primary, "/health")).status).toBe(200);
    expect((await world.get(secondary, "/switch")).status).toBe(200);
  });
});

test("a failover under permissions is the same to the byte with the same seed", async () => {
  const drill = () => drillInVirtualTime({ deployed, scenario: scenarioNamed("region-lost"), assumptions: "documented", seed: 7 });
  const [first, second] = [await drill(), await drill()];
  expect(first.verdict.pass).toBe(true);
  expect(second.log).toEqual(first.log);
});
