import { createHash } from "node:crypto";
import { Cloud } from "../../../twin/cloud";
import type { GraphResource } from "../../../twin/deploy/graph";
import { noLatency } from "../../../twin/kernel/door";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import { lambda as models } from "../../../twin/models/lambda";
import type { AnyModel } from "../../../twin/models/model";
import { lambda } from "../../../twin/services/lambda/index";

const PLACE = { accountId: "123456789012", region: "us-east-2", name: "process" };
const ARN = "arn:aws:lambda:us-east-2:123456789012:function:payments";
const TEXT = "exports.handler = async () => 1;";
const SHA = createHash("sha256").update(TEXT).digest("hex");
const INPUTS = {
  name: "payments",
  role: "arn:aws:iam::123456789012:role/r",
  runtime: "nodejs24.x",
  handler: "index.handler",
  timeout: 6,
  environment: { variables: { TABLE_NAME: "t" } },
  code: { files: { "index.js": { sha256: SHA, bytes: TEXT.length } } },
};

function model(type: string): AnyModel {
  const found = models.resources.find((candidate) => candidate.type === type);
  if (!found) throw new Error(`no model of ${type}`);
  return found;
}
const functionModel = model("aws:lambda/function:Function");
const permissionModel = model("aws:lambda/permission:Permission");

const resource = (type: string, inputs: Record<string, unknown>): GraphResource => {
  const { id, outputs } = model(type).outputs(inputs, PLACE);
  return {
    urn: `urn:pulumi:dev::tap::${type}::x`,
    type,
    name: "x",
    id,
    region: PLACE.region,
    inputs,
    outputs: { ...inputs, ...outputs },
    dependsOn: [],
    propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  };
};

function bringToLife(...resources: readonly GraphResource[]): Cloud {
  const functions = { environment: () => ({ init: async () => undefined, invoke: async () => 1, stop: () => undefined }) };
  const cloud = new Cloud({ kernel: new VirtualKernel(1), latency: noLatency, functions, accountId: PLACE.accountId });
  for (const made of resources) {
    model(made.type).live?.({ inputs: made.inputs, outputs: made.outputs, resource: made, blobs: new Map([[SHA, TEXT]]) }, cloud);
  }
  return cloud;
}

describe("aws.lambda.Function", () => {
  test("answers with the ARNs that API Gateway and permissions refer to", () => {
    const { id, outputs } = functionModel.outputs(INPUTS, PLACE);
    expect(id).toBe("payments");
    expect(outputs).toMatchObject({
      arn: ARN,
      invokeArn: `arn:aws:apigateway:us-east-2:lambda:path/2015-03-31/functions/${ARN}/invocations`,
      qualifiedArn: `${ARN}:$LATEST`,
      version: "$LATEST",
      memorySize: 128,
      timeout: 6,
      architectures: ["x86_64"],
    });
  });

  test("a published function has a version", () => {
    expect(functionModel.outputs({ ...INPUTS, publish: true }, PLACE).outputs).toMatchObject({ version: "1", qualifiedArn: `${ARN}:1` });
  });

  test("without a name two functions do not collide, and a second deployment gives the same name", () => {
    const { name: _name, ...unnamed } = INPUTS;
    const idOf = (logical: string) => functionModel.outputs(unnamed, { ...PLACE, name: logical }).id;
    expect(idOf("a")).toMatch(/^a-[0-9a-f]{7}$/);
    expect(idOf("b")).not.toBe(idOf("a"));
    expect(idOf("a")).toBe(idOf("a"));
  });

  test("the code's hash changes with the code, so that a new bundle is a change", () => {
    const hash = (sha256: string) => functionModel.outputs({ ...INPUTS, code: { files: { "index.js": { sha256, bytes: 1 } } } }, PLACE).outputs["sourceCodeHash"];
    expect(hash("a")).not.toBe(hash("b"));
  });

  test.each([
    ["a rule of Lambda's", { environment: { variables: { AWS_REGION: "us-east-2" } } }, "lambda.reserved-variable"],
    ["a handler whose file is not in the archive", { handler: "main.handler" }, "lambda.handler-file"],
    ["a runtime that this twin has not", { runtime: "python3.13" }, "lambda.runtime"],
    ["no archive", { code: undefined }, "lambda.code"],
  ])("objects to %s", (_case, change, code) => {
    expect(functionModel.check(INPUTS, PLACE)).toEqual([]);
    expect(functionModel.check({ ...INPUTS, ...change }, PLACE).map((found) => found.code)).toEqual([code]);
  });

  test("becomes a function of its own region, with its code, limits and variables", () => {
    const cloud = bringToLife(resource("aws:lambda/function:Function", { ...INPUTS, reservedConcurrentExecutions: 0 }));
    expect(lambda(cloud, "us-east-2").list()).toEqual([
      {
        name: "payments",
        arn: ARN,
        role: INPUTS.role,
        handler: "index.handler",
        runtime: "nodejs24.x",
        files: { "index.js": TEXT },
        memoryMb: 128,
        timeoutSeconds: 6,
        variables: { TABLE_NAME: "t" },
        reserved: 0,
        version: "$LATEST",
        logGroup: "/aws/lambda/payments",
      },
    ]);
    expect(lambda(cloud, "us-east-1").list()).toEqual([]);
  });
});

describe("aws.lambda.Permission", () => {
  const SOURCE = "arn:aws:execute-api:us-east-2:123456789012:abc/*/POST/payments";
  const permission = { action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", sourceArn: SOURCE };
  const asked = SOURCE.replace("*", "live");

  test.each([
    ["by name", { ...permission, function: "payments" }, true],
    ["by ARN", { ...permission, function: ARN }, true],
    ["with a condition that the twin cannot judge", { ...permission, function: ARN, principalOrgId: "o-1" }, false],
    ["for another route", { ...permission, function: ARN, sourceArn: SOURCE.replace("POST", "GET") }, false],
  ])("given %s decides whether the API may invoke", (_case, inputs, expected) => {
    const cloud = bringToLife(resource("aws:lambda/function:Function", INPUTS), resource("aws:lambda/permission:Permission", inputs));
    expect(lambda(cloud, "us-east-2").allows(ARN, "apigateway.amazonaws.com", asked)).toBe(expected);
  });

  test("a permission for no function is a mistake that shows", () => {
    expect(() => bringToLife(resource("aws:lambda/permission:Permission", { ...permission, function: "nobody" }))).toThrow("Function not found");
  });

  test("objects to what AddPermission refuses", () => {
    expect(permissionModel.check({ ...permission, function: "f", principal: "apigateway" }, PLACE).map(({ code }) => code)).toEqual([
      "lambda.permission-principal",
    ]);
  });
});
