import type * as aws from "@pulumi/aws";
import { asyncObjections, invocationObjections, mappingObjections } from "../../rules/lambda-events";
import { compileFilter } from "../../rules/lambda-filter";
import type { Cloud } from "../cloud";
import { iam } from "../services/iam/index";
import { ASYNC_DEFAULTS } from "../services/lambda/asynchronous";
import { eventSources, type EventSourceSpec } from "../services/lambda/event-source";
import { lambda } from "../services/lambda/index";
import { arn, stableId } from "./ids";
import { defineModel, type LiveResource, type Place, type ServiceModels } from "./model";

type MappingArgs = aws.lambda.EventSourceMappingArgs;
type Live<Args> = LiveResource<Args>;

const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:/;

const functionArn = (reference: string, { region, accountId }: Pick<Place, "region" | "accountId">): string =>
  FUNCTION_ARN.test(reference) ? reference : arn("lambda", region, accountId, `function:${reference}`);

const nameOf = (reference: string): string => (FUNCTION_ARN.test(reference) ? (reference.split(":")[6] ?? "") : (reference.split(":")[0] ?? ""));

/** As AWS makes ids of mappings: a UUID. */
function uuidOf({ name, region }: Pick<Place, "name" | "region">): string {
  const digits = stableId(32, "event-source", name, region);
  return [0, 8, 12, 16, 20].map((start, index) => digits.slice(start, [8, 12, 16, 20, 32][index])).join("-");
}

function regionOf({ resource }: Pick<Live<unknown>, "resource">): string {
  if (resource.region === undefined) throw new Error(`${resource.urn}: a regional resource without a region`);
  return resource.region;
}

/** "CreateEventSourceMapping" (Lambda API reference): defaults for DynamoDB streams. */
const DEFAULTS = {
  batchSize: 100,
  bisectBatchOnFunctionError: false,
  enabled: true,
  maximumBatchingWindowInSeconds: 0,
  maximumRecordAgeInSeconds: -1,
  maximumRetryAttempts: -1,
  parallelizationFactor: 1,
} as const;

/** The permissions that Lambda wants of the role when it makes a mapping; it words its refusal by them. */
const STREAM_ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream"] as const;

function deniedOn(cloud: Cloud, region: string, role: string, streamArn: string): string | undefined {
  const denied = STREAM_ACTIONS.map((action) => `dynamodb:${action}`).concat("dynamodb:ListStreams").filter((action) => {
    const resource = action === "dynamodb:ListStreams" ? "*" : streamArn;
    return iam(cloud).authorize({ principal: role, action, resource, region }) !== undefined;
  });
  return denied.length === 0 ? undefined : `PROBLEM: Cannot access stream ${streamArn}. Please ensure the role can perform ${denied.join(", ")} on your stream in IAM.`;
}

function specOf(live: Live<MappingArgs>, cloud: Cloud): EventSourceSpec {
  const { inputs, outputs } = live;
  const region = regionOf(live);
  const functionName = nameOf(inputs.functionName);
  const deployed = lambda(cloud, region).list().find(({ name }) => name === functionName);
  if (!deployed) throw new Error(`${live.resource.urn}: ${region} has no function ${functionName}`);
  const streamArn = inputs.eventSourceArn ?? "";
  const { maximumRetryAttempts: retries = -1, maximumRecordAgeInSeconds: age = -1 } = inputs;
  const bucket = /^arn:aws[a-z-]*:s3:::(.+)$/.exec(inputs.destinationConfig?.onFailure?.destinationArn ?? "")?.[1];
  return {
    uuid: String(outputs["uuid"]),
    region,
    functionName,
    functionArn: deployed.arn,
    role: deployed.role,
    tableName: streamArn.split("/")[1] ?? "",
    streamArn,
    startingPosition: inputs.startingPosition === "LATEST" ? "LATEST" : "TRIM_HORIZON",
    batchSize: inputs.batchSize ?? DEFAULTS.batchSize,
    windowMs: (inputs.maximumBatchingWindowInSeconds ?? 0) * 1000,
    lanes: inputs.parallelizationFactor ?? DEFAULTS.parallelizationFactor,
    ...(retries < 0 ? {} : { retries }),
    ...(age < 0 ? {} : { maxAgeMs: age * 1000 }),
    bisect: inputs.bisectBatchOnFunctionError ?? false,
    partial: inputs.functionResponseTypes?.includes("ReportBatchItemFailures") ?? false,
    filters: (inputs.filterCriteria?.filters ?? []).map(({ pattern = "" }) => compileFilter(pattern)),
    ...(bucket === undefined ? {} : { failureBucket: bucket }),
    denied: () => deniedOn(cloud, region, deployed.role, streamArn),
  };
}

/** The living stream may carry another label than the deployed one: a replica's own stream is switched on anew with each twin. */
const mapping = defineModel<MappingArgs>({
  type: "aws:lambda/eventSourceMapping:EventSourceMapping",
  check: (inputs, { region }) => mappingObjections(inputs, region),
  outputs: (inputs, place) => {
    const uuid = uuidOf(place);
    return {
      id: uuid,
      outputs: {
        ...DEFAULTS,
        ...inputs,
        uuid,
        arn: arn("lambda", place.region, place.accountId, `event-source-mapping:${uuid}`),
        functionArn: functionArn(inputs.functionName, place),
        state: inputs.enabled === false ? "Disabled" : "Enabled",
        stateTransitionReason: "USER_INITIATED",
        lastProcessingResult: "No records processed",
      },
    };
  },
  replaceOn: ["eventSourceArn", "startingPosition", "startingPositionTimestamp", "region"],
  live: (live, cloud) => {
    if (live.inputs.enabled === false) return;
    eventSources(cloud, regionOf(live)).add(specOf(live, cloud));
  },
});

type InvocationArgs = aws.lambda.InvocationArgs;

/** With the scope CRUD the provider tells the function what happens to the resource: `tf` in its input. */
const payloadOf = ({ input, lifecycleScope, terraformKey = "tf" }: Pick<Live<InvocationArgs>["inputs"], "input" | "lifecycleScope" | "terraformKey">): unknown => {
  const payload: unknown = JSON.parse(input);
  return lifecycleScope === "CRUD" ? { ...(payload as object), [terraformKey]: { action: "create", prev_input: null } } : payload; // the check has seen an object
};

/** What the function answers is known only by running it: at the deployment, and again in each twin, whose state is new. */
const invocation = defineModel<InvocationArgs>({
  type: "aws:lambda/invocation:Invocation",
  check: (inputs) => invocationObjections(inputs),
  outputs: (inputs, { name, region }) => ({
    id: `${nameOf(inputs.functionName)}_${inputs.qualifier ?? "$LATEST"}_${stableId(32, inputs.input, name, region)}`,
    // The result is known once it has run.
    outputs: { result: "", lifecycleScope: inputs.lifecycleScope ?? "CREATE_ONLY", qualifier: inputs.qualifier ?? "$LATEST", terraformKey: inputs.terraformKey ?? "tf" },
  }),
  run: async (inputs, { region }, deployed) => ({ result: JSON.stringify((await deployed.invoke(region, inputs.functionName, payloadOf(inputs))) ?? null) }),
  replaceOn: ["functionName", "qualifier", "region"],
  live: (live, cloud) => {
    const region = regionOf(live);
    const { functionName } = live.inputs;
    cloud.kernel.spawn(0, async () => {
      const { functionError } = await lambda(cloud, region).invoke(functionName, payloadOf(live.inputs), { region });
      if (functionError) throw new Error(`${live.resource.urn}: ${functionError.errorType}: ${functionError.errorMessage}`);
    });
  },
});

type AsyncArgs = aws.lambda.FunctionEventInvokeConfigArgs;

const asynchronous = defineModel<AsyncArgs>({
  type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  check: (inputs) => [
    ...asyncObjections(inputs),
    ...(inputs.destinationConfig ? [{ code: "twin.not-modelled", property: "destinationConfig", message: "this twin sends asynchronous invocations' results nowhere: leave it out" }] : []),
  ],
  outputs: ({ functionName, qualifier }) => ({ id: qualifier === undefined ? functionName : `${functionName}:${qualifier}`, outputs: {} }),
  replaceOn: ["functionName", "qualifier", "region"],
  live: (live, cloud) => {
    const { functionName, maximumRetryAttempts: retries, maximumEventAgeInSeconds: age } = live.inputs;
    const maxAgeMs = age === undefined ? ASYNC_DEFAULTS.maxAgeMs : age * 1000;
    lambda(cloud, regionOf(live)).queue.configure(nameOf(functionName), { retries: retries ?? ASYNC_DEFAULTS.retries, maxAgeMs });
  },
});

/** Lambda's event source mappings, settings of asynchronous invocations, and invocations that are part of a deployment. */
export const lambdaEvents: ServiceModels = { resources: [mapping, asynchronous, invocation] };
