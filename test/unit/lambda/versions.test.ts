import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { lambdaVersions } from "../../../twin/models/lambda-versions";
import type { AnyModel } from "../../../twin/models/model";

const PLACE = { accountId: "123456789012", region: "us-east-2", name: "live" };
const ARN = "arn:aws:lambda:us-east-2:123456789012:function:pay";

const model = (type: string): AnyModel => {
  const found = lambdaVersions.resources.find((candidate) => candidate.type === type);
  if (!found) throw new Error(`no model of ${type}`);
  return found;
};
const alias = model("aws:lambda/alias:Alias");
const provisioned = model("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig");

const ALIAS = { functionName: "pay", name: "live", functionVersion: "1" };
const PROVISIONED = { functionName: "pay", qualifier: "live", provisionedConcurrentExecutions: 5 };

describe("what Lambda would refuse is told before it is asked", () => {
  test.each([
    ["a name of digits alone, which would be a version", { name: "12" }, "lambda.alias-name"],
    ["a name with a dot", { name: "a.b" }, "lambda.alias-name"],
    ["a version that is no number", { functionVersion: "live" }, "lambda.alias-version"],
    ["traffic to two versions, which this twin has not", { routingConfig: { additionalVersionWeights: { "2": 0.1 } } }, "lambda.alias-weights"],
  ])("an alias with %s", (_case, change, code) => {
    expect(alias.check(ALIAS, PLACE)).toEqual([]);
    expect(alias.check({ ...ALIAS, ...change }, PLACE).map((found) => found.code)).toEqual([code]);
  });

  test.each([
    ["$LATEST", { qualifier: "$LATEST" }, "lambda.provisioned-qualifier"],
    ["no environment", { provisionedConcurrentExecutions: 0 }, "lambda.provisioned-executions"],
    ["half an environment", { provisionedConcurrentExecutions: 1.5 }, "lambda.provisioned-executions"],
  ])("provisioning %s", (_case, change, code) => {
    expect(provisioned.check(PROVISIONED, PLACE)).toEqual([]);
    expect(provisioned.check({ ...PROVISIONED, ...change }, PLACE).map((found) => found.code)).toEqual([code]);
  });
});

test.each(["pay", ARN])("an alias of %s has the ARNs that permissions and integrations name", (functionName) => {
  expect(alias.outputs({ ...ALIAS, functionName }, PLACE)).toEqual({
    id: `${ARN}:live`,
    outputs: { name: "live", arn: `${ARN}:live`, invokeArn: `arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/${ARN}:live/invocations` },
  });
});

describe("across resources", () => {
  const resource = ({ type, outputs }: Pick<AnyModel, "type" | "outputs">, inputs: Readonly<Record<string, unknown>>): GraphResource => {
    const made = outputs(inputs, PLACE);
    return {
      urn: `urn:${type}`,
      type,
      name: "x",
      id: made.id,
      region: PLACE.region,
      inputs,
      outputs: { ...inputs, ...made.outputs },
      dependsOn: [],
      propertyDependencies: {},
      options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
    };
  };
  const fn = (version: string, reserved: number): GraphResource =>
    resource({ type: "aws:lambda/function:Function", outputs: () => ({ id: "pay", outputs: { version, reservedConcurrentExecutions: reserved } }) }, { name: "pay" });
  const codes = (...resources: readonly GraphResource[]): readonly string[] => (lambdaVersions.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code }) => code);

  test.each<[string, GraphResource, Readonly<Record<string, unknown>>, readonly string[]]>([
    ["a published function with room", fn("1", 5), {}, []],
    ["a published function without a reservation", fn("1", -1), {}, []],
    ["more than is reserved", fn("1", 4), {}, ["lambda.provisioned-reserved"]],
    ["a function that is not published", fn("$LATEST", -1), {}, ["lambda.version", "lambda.version"]],
    ["an alias of what is being edited", fn("$LATEST", -1), { functionVersion: "$LATEST" }, ["lambda.version"]],
  ])("provisioning for %s", (_case, owner, change, expected) => {
    expect(codes(owner, resource(alias, { ...ALIAS, ...change }), resource(provisioned, PROVISIONED))).toEqual(expected);
  });
});
