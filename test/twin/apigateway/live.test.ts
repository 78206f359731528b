import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { apigateway } from "../../../twin/models/apigateway";
import { Cloud } from "../../../twin/cloud";
import { noLatency } from "../../../twin/kernel/door";
import { gateway } from "../../../twin/services/apigateway/index";
import { ACCOUNT, FakeBackend, HOST, orders, REGION, request } from "./support";

/** Registers resources one after the other, each model answering the next one's inputs, and brings them to life. */
function deploy(cloud: Cloud): Graph["resources"] {
  const made: GraphResource[] = [];
  const make = (type: string, inputs: Record<string, unknown>): GraphResource => {
    const model = apigateway.resources.find((each) => each.type === `aws:apigateway/${type}`);
    if (!model) throw new Error(`no model of ${type}`);
    const place = { accountId: ACCOUNT, region: REGION, name: "orders" };
    expect(model.check(inputs, place)).toEqual([]);
    const { id, outputs } = model.outputs(inputs, place);
    const options = { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true };
    const resource = { urn: `urn:${type}`, type: model.type, name: "orders", id, region: REGION, inputs, outputs: { ...inputs, ...outputs }, dependsOn: [], propertyDependencies: {}, options };
    model.live?.({ inputs, outputs: resource.outputs, resource, blobs: new Map() }, cloud);
    made.push(resource);
    return resource;
  };
  const endpointConfiguration = { types: "REGIONAL" };
  const api = make("restApi:RestApi", { name: "orders", body: JSON.stringify(orders()), endpointConfiguration, disableExecuteApiEndpoint: true });
  const deployment = make("deployment:Deployment", { restApi: api.id, triggers: { sha: "1" } });
  const stage = make("stage:Stage", { restApi: api.id, deployment: deployment.id, stageName: "live", variables: { colour: "red" } });
  const stageName = stage.outputs["stageName"];
  make("methodSettings:MethodSettings", { restApi: api.id, stageName, methodPath: "*/*", settings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 } });
  make("methodSettings:MethodSettings", { restApi: api.id, stageName, methodPath: "orders/search/POST", settings: { throttlingRateLimit: -1, throttlingBurstLimit: 2 } });
  const domain = make("domainName:DomainName", { domainName: HOST, regionalCertificateArn: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/c`, endpointConfiguration });
  make("basePathMapping:BasePathMapping", { domainName: domain.outputs["domainName"], restApi: api.id, stageName });
  make("account:Account", {});
  return made;
}

it("a program's resources become an API that its clients reach by the custom domain, throttled as the program says", async () => {
  const kernel = new VirtualKernel(1);
  const functions = { environment: () => { throw new Error("no function runs here"); } };
  const cloud = new Cloud({ kernel, latency: noLatency, functions, accountId: ACCOUNT });
  const backend = new FakeBackend();
  gateway(cloud, REGION).backend = backend;
  cloud.network.open(REGION, "198.51.100.4", (received) => gateway(cloud, REGION).handle(received));

  const made = deploy(cloud);
  const target = String(made.find(({ type }) => type.endsWith(":DomainName"))?.outputs["regionalDomainName"]);
  expect(cloud.network.addresses(target)).toEqual(["198.51.100.4"]);

  const search = { method: "POST", target: "/orders/search" };
  const answers = Promise.all([{}, {}, search, search, search].map((sketch) => cloud.network.send("198.51.100.4", request(sketch))));
  await kernel.run();
  expect((await answers).map(({ status }) => status)).toEqual([200, 429, 200, 200, 429]);
  expect(backend.invoked[0]?.event).toMatchObject({ stageVariables: { colour: "red" }, requestContext: { apiId: made[0]?.id, stage: "live" } });
});

it("a document of which no function allows the call gives 500 through the twin's own Lambda", async () => {
  const kernel = new VirtualKernel(1);
  const functions = { environment: () => { throw new Error("no function runs here"); } };
  const cloud = new Cloud({ kernel, latency: noLatency, functions, accountId: ACCOUNT });
  deploy(cloud);
  const answer = gateway(cloud, REGION).handle(request());
  await kernel.run();
  expect((await answer).status).toBe(500);
});
