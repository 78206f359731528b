import { compileFilter, FilterError } from "./lambda-filter";

export interface EventObjection {
  readonly code: string;
  readonly property: string;
  readonly message: string;
}

/** What of an event source mapping the rules look at. */
export interface MappingSettings {
  readonly eventSourceArn?: string | undefined;
  readonly functionName?: string | undefined;
  readonly startingPosition?: string | undefined;
  readonly batchSize?: number | undefined;
  readonly maximumBatchingWindowInSeconds?: number | undefined;
  readonly parallelizationFactor?: number | undefined;
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumRecordAgeInSeconds?: number | undefined;
  readonly functionResponseTypes?: readonly string[] | undefined;
  readonly filterCriteria?: { readonly filters?: readonly { readonly pattern?: string | undefined }[] | undefined } | undefined;
  readonly destinationConfig?: { readonly onFailure?: { readonly destinationArn?: string | undefined } | undefined } | undefined;
}

const STREAM = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):\d{12}:table\/[^/]+\/stream\/[^/]+$/;
const DESTINATION = /^arn:aws[a-z-]*:(sns|sqs|s3):([a-z0-9-]*):(\d{12})?:[^:]+$/;
const POSITIONS = ["TRIM_HORIZON", "LATEST"];

/** Ranges of "CreateEventSourceMapping" (Lambda API reference). */
const RANGES = {
  batchSize: [1, 10_000],
  maximumBatchingWindowInSeconds: [0, 300],
  parallelizationFactor: [1, 10],
  maximumRetryAttempts: [-1, 10_000],
} as const;
/** The same page: -1 = never discarded by age. */
const RECORD_AGE = { least: 60, most: 604_800 };
/** "Control which events Lambda sends to your function": five filters (more on request), 4,096 characters each. */
const MOST_FILTERS = 5;
const PATTERN_LENGTH = 4096;

/** What AWS would refuse in a mapping of a DynamoDB stream to a function of `region`. */
export function mappingObjections(given: MappingSettings, region: string): readonly EventObjection[] {
  return [...sourceObjections(given, region), ...rangeObjections(given), ...filterObjections(given), ...failureObjections(given, region)];
}

const objection = (property: string, message: string): EventObjection => ({ code: `lambda.mapping.${property}`, property, message });

function sourceObjections({ eventSourceArn = "", functionName = "", startingPosition }: MappingSettings, region: string): readonly EventObjection[] {
  const found: EventObjection[] = [];
  const home = STREAM.exec(eventSourceArn)?.[1];
  if (home === undefined) found.push(objection("eventSourceArn", `got ${JSON.stringify(eventSourceArn)}; allowed the ARN of a DynamoDB stream (a replica in strong mode has one only after UpdateTable in its region)`));
  else if (home !== region) found.push(objection("eventSourceArn", `got a stream of ${home}; allowed one of ${region}, where the function is`));
  if (functionName === "") found.push(objection("functionName", "got nothing; allowed a function's name or ARN"));
  if (startingPosition === undefined || !POSITIONS.includes(startingPosition)) {
    found.push(objection("startingPosition", `got ${startingPosition ?? "nothing"}; allowed for DynamoDB streams: ${POSITIONS.join(", ")}`));
  }
  return found;
}

function rangeObjections(given: MappingSettings): readonly EventObjection[] {
  const found = (Object.keys(RANGES) as (keyof typeof RANGES)[]).flatMap((property) => { // Object.keys forgets the names
    const value = given[property];
    const [least, most] = RANGES[property];
    if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return [];
    return [objection(property, `got ${value}; allowed ${least}..${most}`)];
  });
  const { maximumRecordAgeInSeconds: age, functionResponseTypes = [] } = given;
  if (age !== undefined && age !== -1 && (age < RECORD_AGE.least || age > RECORD_AGE.most)) {
    found.push(objection("maximumRecordAgeInSeconds", `got ${age}; allowed -1, ${RECORD_AGE.least}..${RECORD_AGE.most}`));
  }
  const types = functionResponseTypes.filter((type) => type !== "ReportBatchItemFailures");
  if (types.length > 0) found.push(objection("functionResponseTypes", `got ${types.join(", ")}; allowed ReportBatchItemFailures`));
  return found;
}

function filterObjections({ filterCriteria }: MappingSettings): readonly EventObjection[] {
  const filters = filterCriteria?.filters ?? [];
  const found = filters.length > MOST_FILTERS ? [objection("filterCriteria", `got ${filters.length} filters; allowed ${MOST_FILTERS}`)] : [];
  for (const { pattern = "" } of filters) {
    if (pattern.length > PATTERN_LENGTH) found.push(objection("filterCriteria", `got a pattern of ${pattern.length} characters; allowed ${PATTERN_LENGTH}`));
    try {
      compileFilter(pattern);
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      found.push(objection("filterCriteria", error.kind === "invalid" ? error.message : `${error.message} (not modelled by this twin)`));
    }
  }
  return found;
}

function failureObjections({ destinationConfig }: MappingSettings, region: string): readonly EventObjection[] {
  const destination = destinationConfig?.onFailure?.destinationArn;
  if (destination === undefined) return [];
  const [, service, home] = DESTINATION.exec(destination) ?? [];
  if (service === undefined) return [objection("destinationConfig", `got ${destination}; allowed the ARN of a queue, a topic or a bucket`)];
  if (service !== "s3" && home !== region) return [objection("destinationConfig", `got a destination in ${home ?? "no region"}; allowed one in ${region}`)];
  return [];
}

/** What of an invocation at deployment the rules look at. */
export interface InvocationSettings {
  readonly functionName?: string | undefined;
  readonly input?: string | undefined;
  readonly lifecycleScope?: string | undefined;
}

const SCOPES = ["CREATE_ONLY", "CRUD"];
/** "Lambda quotas": 6 MB for synchronous calls. */
const PAYLOAD_BYTES = 6 * 1024 * 1024;

/** What the provider or Lambda would refuse in an invocation that is a resource. */
export function invocationObjections({ functionName = "", input = "", lifecycleScope }: InvocationSettings): readonly EventObjection[] {
  const refuse = (property: string, message: string): EventObjection => ({ code: `lambda.invocation.${property}`, property, message });
  const found: EventObjection[] = [];
  if (functionName === "") found.push(refuse("functionName", "got nothing; allowed a function's name or ARN"));
  if (lifecycleScope !== undefined && !SCOPES.includes(lifecycleScope)) found.push(refuse("lifecycleScope", `got ${lifecycleScope}; allowed ${SCOPES.join(", ")}`));
  const parsed = parse(input);
  if (parsed === undefined) found.push(refuse("input", `got ${input.slice(0, 40)}; allowed JSON`));
  else if (lifecycleScope === "CRUD" && (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))) {
    found.push(refuse("input", `got ${input.slice(0, 40)}; allowed a JSON object, since CRUD adds its member tf`));
  }
  if (Buffer.byteLength(input) > PAYLOAD_BYTES) found.push(refuse("input", `got ${Buffer.byteLength(input)} bytes; allowed ${PAYLOAD_BYTES}`));
  return found;
}

/** What of a function's asynchronous invocations the rules look at. */
export interface AsyncSettings {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeInSeconds?: number | undefined;
}

/** API reference, "PutFunctionEventInvokeConfig". */
export function asyncObjections({ maximumRetryAttempts: retries = 2, maximumEventAgeInSeconds: age = 21_600 }: AsyncSettings): readonly EventObjection[] {
  const refuse = (property: string, message: string): EventObjection => ({ code: `lambda.asynchronous.${property}`, property, message });
  return [
    ...(retries >= 0 && retries <= 2 ? [] : [refuse("maximumRetryAttempts", `got ${retries}; allowed 0..2`)]),
    ...(age >= 60 && age <= 21_600 ? [] : [refuse("maximumEventAgeInSeconds", `got ${age}; allowed 60..21600 (seconds)`)]),
  ];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
