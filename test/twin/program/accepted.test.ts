import { join } from "node:path";
import { readStackConfig } from "../../../twin/deploy/stack-config";
import { graphOf } from "../../unit/program/graph";

const ROOT = join(__dirname, "..", "..", "..");

test.each<[string, string, Record<string, string>]>([
  ["the local stack", "local", {}],
  ["the dev stack", "dev", {}],
  ["a stack in eventual mode", "dev", { "tap:consistency": "eventual" }],
  ["a stack that manages the account and alerts by mail", "dev", { "tap:manageAccountSettings": "true", "tap:alertEmails": '["ops@example.com"]' }],
  ["a stack with capacity kept", "dev", { "tap:reservedConcurrency": '{"health":20,"switch":10}', "tap:warmThroughput": '{"readUnits":12000,"writeUnits":4000}' }],
  ["a stack that stands by warm", "dev", { "tap:reservedConcurrency": '{"health":20}', "tap:provisionedConcurrency": '{"process":20,"validate":5,"read":10,"health":5,"regions":"both"}' }],
  ["a stack in Europe", "dev", { "tap:primaryRegion": "eu-west-1", "tap:secondaryRegion": "eu-central-1", "tap:witnessRegion": "eu-west-2" }],
  ["a stack without signatures", "dev", { "tap:apiAuth": "none", "tap:allowUnauthenticated": "true" }],
])("AWS would accept all of %s, by the models of the twin", async (_, stack, change) => {
  const files = readStackConfig(ROOT, stack);
  const graph = await graphOf({ ...files, config: { ...files.config, ...change } }, "123456789012");
  expect(graph.resources.length).toBeGreaterThan(100);
  expect(graph.refusals).toEqual([]);
});
