import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as sns from "@aws-sdk/client-sns";
import { NormalizedSchema } from "@smithy/core/schema";
import { AwsError } from "../errors";
import { isRecord, type WireCall } from "./wire-protocol";

/** Where the SDKs keep the schemas of operations, by signing name. */
const CLIENTS: Readonly<Record<string, object>> = { dynamodb, logs, monitoring: cloudwatch, sns };

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** Kinds as Smithy's schemas number them. */
const TEXT = 0;
const NUMBER = 1;
const BLOB = 21;

const structure = (members: Readonly<Record<string, number>>): NormalizedSchema => NormalizedSchema.of([3, "twin", "Input", 0, Object.keys(members), Object.values(members)]);

/** Members of the services whose clients this project does not have: the same in each operation. */
const MEMBERS: Readonly<Record<string, NormalizedSchema>> = {
  dynamodbstreams: structure({ ExclusiveStartStreamArn: TEXT, Limit: NUMBER, SequenceNumber: TEXT, ShardId: TEXT, ShardIterator: TEXT, ShardIteratorType: TEXT, StreamArn: TEXT, TableName: TEXT }),
  kms: structure({ CiphertextBlob: BLOB, KeyId: TEXT, KeySpec: TEXT, NumberOfBytes: NUMBER, PendingWindowInDays: NUMBER }),
};

/** `[9, namespace, name, traits, input, output]` of a generated command: the input. */
const INPUT = 4;

const schemas = new Map<string, NormalizedSchema | undefined>();

function inputSchema(service: string, operation: string): NormalizedSchema | undefined {
  const key = `${service}.${operation}`;
  if (!schemas.has(key)) {
    const commands = CLIENTS[service];
    const name = `${operation}Command`;
    const Command: unknown = commands && Object.hasOwn(commands, name) ? Reflect.get(commands, name) : undefined;
    if (typeof Command !== "function") return MEMBERS[service];
    const { schema } = Reflect.construct(Command, [{}]) as { readonly schema?: readonly SchemaRef[] }; // every generated command has it
    const input = schema?.[INPUT];
    schemas.set(key, input === undefined ? undefined : NormalizedSchema.of(input));
  }
  return schemas.get(key);
}

const refuse = (message: string): never => {
  throw new AwsError("SerializationException", message);
};

/** DynamoDB's and CloudWatch's words for a value of another kind. */
function found(value: unknown): string {
  if (Array.isArray(value)) return "Unrecognized collection type";
  if (typeof value === "object") return "Start of structure or map found where not expected.";
  return `${typeof value === "string" ? "STRING" : typeof value === "number" ? "NUMBER" : String(value).toUpperCase()}_VALUE can not be converted to`;
}

function scalarKind(schema: NormalizedSchema, value: unknown): string | undefined {
  if (schema.isStringSchema()) return typeof value === "string" ? undefined : "String";
  if (schema.isNumericSchema()) return typeof value === "number" ? undefined : "Number";
  if (schema.isBooleanSchema()) return typeof value === "boolean" ? undefined : "Boolean";
  if (schema.isBlobSchema()) return typeof value === "string" || value instanceof Uint8Array ? undefined : "Blob";
  if (schema.isTimestampSchema()) return value instanceof Date || typeof value === "number" || typeof value === "string" ? undefined : "Timestamp";
  return undefined;
}

/** A value of the wrong kind is a SerializationException: AWS refuses it before the service sees it. */
function check(schema: NormalizedSchema, value: unknown): void {
  if (value === undefined || value === null) return;
  // The query protocol writes empty lists and maps as empty text.
  if (value === "" && (schema.isListSchema() || schema.isMapSchema())) return;
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return refuse(isRecord(value) ? found(value) : `Unexpected field type: ${typeof value}`);
    const member = schema.getValueSchema();
    for (const one of value) check(member, one);
  } else if (schema.isMapSchema()) {
    if (!isRecord(value)) return refuse(`Unexpected field type: ${Array.isArray(value) ? "list" : typeof value}`);
    const member = schema.getValueSchema();
    for (const one of Object.values(value)) check(member, one);
  } else if (schema.isStructSchema()) {
    if (!isRecord(value)) return refuse(`Unexpected value type in payload: ${Array.isArray(value) ? "list" : typeof value}`);
    for (const [name, member] of schema.structIterator()) if (Object.hasOwn(value, name)) check(member, value[name]);
  } else {
    const wanted = scalarKind(schema, value);
    if (wanted !== undefined) refuse(typeof value === "object" ? found(value) : `${found(value)} ${wanted}`);
  }
}

/** Compares an input with the SDK's own schema of its operation. Throws SerializationException. */
export function checkShape({ service, operation, input }: WireCall): void {
  const schema = inputSchema(service, operation);
  if (schema) check(schema, input);
}
