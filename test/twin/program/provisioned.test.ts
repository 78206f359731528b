import { ACCOUNT_ID } from "../../../platform/account";
import { Cloud } from "../../../twin/cloud";
import type { Deployment } from "../../../twin/deploy/graph";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../../../twin/live";
import { loopbackAddresses } from "../../../twin/real";
import { COLD_START_MS, InProcessHost } from "../../../twin/services/lambda/in-process";
import { deployedStack } from "../../helpers/deployed";

const OHIO = "us-east-2";
const FUNCTION = `payments-process-${OHIO}-local`;

/** The stack with one environment kept ready in the secondary, where payers come all at once a minute later. */
async function burst(payers: number, change: (deployment: Deployment) => Deployment = (deployment) => deployment) {
  const { deployment, outputs } = await deployedStack({ overrides: { "tap:provisionedConcurrency": '{"process":1}' } });
  const kernel = new VirtualKernel(1);
  const cloud: Cloud = new Cloud({ kernel, latency: () => ({ low: 10, high: 10 }), functions: new InProcessHost(() => cloud), accountId: ACCOUNT_ID });
  const addresses = loopbackAddresses(regionsOf(deployment.graph));
  bringToLife(change(deployment), cloud, addresses);
  await kernel.run({ untilMs: kernel.now() + 60_000 });
  const answers: { readonly status: number; readonly ms: number }[] = [];
  for (let n = 0; n < payers; n += 1) {
    const request = {
      method: "POST",
      host: outputs.hostnames.secondary,
      target: "/payments",
      headers: { "content-type": ["application/json"], "idempotency-key": [`k${n}`] },
      body: new TextEncoder().encode(JSON.stringify({ customerId: "c1", amount: 1, currency: "EUR" })),
      sourceIp: "198.51.100.7",
    };
    const start = kernel.now();
    kernel.spawn(0, async () => {
      const { status } = await cloud.network.send(addresses.get(OHIO) ?? "", request);
      answers.push({ status, ms: kernel.now() - start });
    });
  }
  await kernel.run({ untilMs: kernel.now() + 10_000 });
  return { cloud, answers };
}

test("the standby answers its first payer without a cold start; a second at the same time waits for one, and is counted", async () => {
  const { cloud, answers } = await burst(2);
  expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  expect(answers[0]?.ms).toBeLessThan(COLD_START_MS.low);
  expect(answers[1]?.ms).toBeGreaterThanOrEqual(COLD_START_MS.low);
  const metric = { namespace: "AWS/Lambda", name: "ProvisionedConcurrencySpilloverInvocations", dimensions: { FunctionName: FUNCTION, Resource: `${FUNCTION}:live` } };
  expect(cloud.metrics.find(OHIO, metric)?.at(Math.floor(cloud.kernel.now() / 60_000))?.sum).toBe(1);
});

test("a permission for the function alone does not let the API call its alias: the mistake shows before payers find it", async () => {
  const unqualified = (deployment: Deployment): Deployment => ({
    ...deployment,
    graph: {
      ...deployment.graph,
      resources: deployment.graph.resources.map((resource) => {
        if (resource.type !== "aws:lambda/permission:Permission") return resource;
        const { qualifier: _qualifier, ...inputs } = resource.inputs;
        return { ...resource, inputs };
      }),
    },
  });
  const { answers } = await burst(1, unqualified);
  expect(answers.map(({ status }) => status)).toEqual([503]);
});
