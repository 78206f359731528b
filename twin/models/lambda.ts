import type * as aws from "@pulumi/aws";
import { createHash } from "node:crypto";
import { functionObjections, type FunctionSettings } from "../../rules/lambda";
import { permissionObjections } from "../../rules/lambda-permission";
import type { AssetRef } from "../deploy/graph";
import { lambda as lambdaOf, type FunctionConfig } from "../services/lambda/index";
import { arn, stableId } from "./ids";
import { defineModel, type LiveResource, type Objection, type Place, type ServiceModels } from "./model";

type Args = aws.lambda.FunctionArgs;
type Inputs = Parameters<Parameters<typeof defineModel<Args>>[0]["check"]>[0];

const NODE = /^nodejs\d/;

const archiveOf = (inputs: Inputs): AssetRef | undefined => inputs.code as unknown as AssetRef | undefined; // the deployment replaces archives by references

/** The provider's automatic name: the logical one and seven characters. */
const nameOf = (given: string | undefined, place: Pick<Place, "name" | "region">): string =>
  given ?? `${place.name}-${stableId(7, place.name, place.region)}`;

const settingsOf = (inputs: Inputs): FunctionSettings => {
  const archive = archiveOf(inputs);
  const files = archive && Object.fromEntries(Object.entries(archive.files).map(([file, { bytes }]) => [file, bytes]));
  return { ...inputs, variables: inputs.environment?.variables, files };
};

/** "CreateFunction" (Lambda API reference), VpcConfig: one without the other is no place to stand. */
const vpcConfigObjections = ({ vpcConfig }: Inputs): readonly Objection[] => {
  if (vpcConfig === undefined) return [];
  return (["subnetIds", "securityGroupIds"] as const)
    .filter((property) => vpcConfig[property].length === 0)
    .map((property) => ({ code: "lambda.vpc-config", property: `vpcConfig.${property}`, message: "got none; a function in a VPC needs subnets and security groups" }));
};

/** What AWS has and this twin has not. */
const beyondTheTwin = (inputs: Inputs): readonly Objection[] => {
  const found: Objection[] = [];
  if (inputs.code === undefined) {
    found.push({ code: "lambda.code", property: "code", message: "missing; this twin runs archives only, no images and no archives in buckets" });
  } else if (inputs.runtime === undefined || !NODE.test(inputs.runtime)) {
    found.push({ code: "lambda.runtime", property: "runtime", message: `got ${inputs.runtime}; this twin runs nodejs22.x and nodejs24.x` });
  }
  if (inputs.deadLetterConfig) {
    found.push({ code: "twin.not-modelled", property: "deadLetterConfig", message: `got ${inputs.deadLetterConfig.targetArn}; this twin keeps no events that were given up: leave it out` });
  }
  return found;
};

/** Stands for the zip's own hash, which depends on how the archive was packed. */
const codeHash = (archive: AssetRef | undefined): string =>
  createHash("sha256").update(JSON.stringify(archive?.files ?? {})).digest("base64");

const logGroupOf = (inputs: Inputs, name: string): string => inputs.loggingConfig?.logGroup ?? `/aws/lambda/${name}`;

const invokeArn = (region: string, functionArn: string): string =>
  arn("apigateway", region, "lambda", `path/2015-03-31/functions/${functionArn}/invocations`);

function functionOutputs(inputs: Inputs, place: Place) {
  const name = nameOf(inputs.name, place);
  const functionArn = arn("lambda", place.region, place.accountId, `function:${name}`);
  const version = inputs.publish ? "1" : "$LATEST";
  const qualifiedArn = `${functionArn}:${version}`;
  const archive = archiveOf(inputs);
  const hash = codeHash(archive);
  return {
    id: name,
    outputs: {
      name,
      arn: functionArn,
      invokeArn: invokeArn(place.region, functionArn),
      qualifiedArn,
      qualifiedInvokeArn: invokeArn(place.region, qualifiedArn),
      responseStreamingInvokeArn: arn("apigateway", place.region, "lambda", `path/2021-11-15/functions/${functionArn}/response-streaming-invocations`),
      version,
      codeSha256: hash,
      sourceCodeHash: inputs.sourceCodeHash ?? hash,
      sourceCodeSize: Object.values(archive?.files ?? {}).reduce((sum, { bytes }) => sum + bytes, 0),
      // Defaults of CreateFunction (Lambda API reference) and of the provider.
      architectures: inputs.architectures ?? ["x86_64"],
      ephemeralStorage: inputs.ephemeralStorage ?? { size: 512 },
      loggingConfig: { logFormat: "Text", ...inputs.loggingConfig, logGroup: logGroupOf(inputs, name) },
      memorySize: inputs.memorySize ?? 128,
      packageType: inputs.packageType ?? "Zip",
      publish: inputs.publish ?? false,
      reservedConcurrentExecutions: inputs.reservedConcurrentExecutions ?? -1,
      skipDestroy: inputs.skipDestroy ?? false,
      timeout: inputs.timeout ?? 3,
      tracingConfig: inputs.tracingConfig ?? { mode: "PassThrough" },
    },
  };
}

/** Regional resources carry their region in the graph. */
function regionOf({ resource }: Pick<LiveResource<unknown>, "resource">): string {
  if (resource.region === undefined) throw new Error(`${resource.urn}: a regional resource without a region`);
  return resource.region;
}

function readFiles(archive: AssetRef | undefined, blobs: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(archive?.files ?? {}).map(([file, { sha256 }]) => {
      const text = blobs.get(sha256);
      if (text === undefined) throw new Error(`${file}: its contents (${sha256}) are not in the deployment`);
      return [file, text];
    }),
  );
}

function configOf(live: LiveResource<Args>): FunctionConfig {
  const { inputs, outputs, blobs } = live;
  const { vpcConfig } = inputs;
  const region = regionOf(live);
  const name = String(outputs["name"]);
  const reserved = inputs.reservedConcurrentExecutions ?? -1;
  return {
    name,
    arn: String(outputs["arn"]),
    role: inputs.role,
    handler: inputs.handler ?? "",
    runtime: inputs.runtime ?? "",
    files: readFiles(archiveOf(inputs), blobs),
    memoryMb: inputs.memorySize ?? 128,
    timeoutSeconds: inputs.timeout ?? 3,
    variables: inputs.environment?.variables ?? {},
    ...(reserved >= 0 ? { reserved } : {}),
    version: String(outputs["version"]),
    logGroup: logGroupOf(inputs, name),
    ...(vpcConfig === undefined ? {} : { network: { owner: name, region, subnetIds: vpcConfig.subnetIds, securityGroupIds: vpcConfig.securityGroupIds } }),
  };
}

const functionModel = defineModel<Args>({
  type: "aws:lambda/function:Function",
  check: (inputs) => [...functionObjections(settingsOf(inputs)), ...vpcConfigObjections(inputs), ...beyondTheTwin(inputs)],
  outputs: functionOutputs,
  replaceOn: ["name", "packageType"],
  live: (live, cloud) => lambdaOf(cloud, regionOf(live)).deploy(configOf(live)),
});

const permissionModel = defineModel<aws.lambda.PermissionArgs>({
  type: "aws:lambda/permission:Permission",
  check: permissionObjections,
  outputs: (inputs, place) => {
    const statementId = inputs.statementId ?? `${inputs.statementIdPrefix ?? "terraform-"}${stableId(26, place.name, place.region)}`;
    return { id: statementId, outputs: { statementId } };
  },
  replaceOn: [
    "action",
    "eventSourceToken",
    "function",
    "functionUrlAuthType",
    "principal",
    "principalOrgId",
    "qualifier",
    "sourceAccount",
    "sourceArn",
    "statementId",
    "statementIdPrefix",
  ],
  live: (live, cloud) => {
    const { action, principal, sourceArn, sourceAccount, qualifier, principalOrgId, eventSourceToken } = live.inputs;
    // Conditions that the twin cannot judge grant nothing.
    if (principalOrgId !== undefined || eventSourceToken !== undefined) return;
    lambdaOf(cloud, regionOf(live)).grant(String(live.inputs.function), {
      statementId: String(live.outputs["statementId"]),
      action,
      principal,
      ...(sourceArn === undefined ? {} : { sourceArn }),
      ...(sourceAccount === undefined ? {} : { sourceAccount }),
      ...(qualifier === undefined ? {} : { qualifier }),
    });
  },
});

/** Lambda: functions and the statements of their resource policies. */
export const lambda: ServiceModels = { resources: [functionModel, permissionModel] };
