import type { Refusal } from "../twin/errors";

/** What Lambda would refuse in one property of a function or permission. */
export type LambdaObjection = Omit<Refusal, "resource">;

/** A function's settings as far as Lambda checks them; absent = Lambda's default. */
export interface FunctionSettings {
  readonly name?: string | undefined;
  readonly runtime?: string | undefined;
  readonly handler?: string | undefined;
  readonly memorySize?: number | undefined;
  readonly timeout?: number | undefined;
  readonly architectures?: readonly string[] | undefined;
  readonly reservedConcurrentExecutions?: number | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  /** The archive: file name -> its size in bytes; undefined = the code is elsewhere (an image, a bucket). */
  readonly files?: Readonly<Record<string, number>> | undefined;
}

/** "Working with Lambda environment variables", section "Reserved environment variables". */
export const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_DEFAULT_REGION",
  "AWS_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_LAMBDA_MAX_CONCURRENCY",
  "AWS_LAMBDA_METADATA_API",
  "AWS_LAMBDA_METADATA_TOKEN",
  "LAMBDA_TASK_ROOT",
  "LAMBDA_RUNTIME_DIR",
]);

/** Node.js runtimes that Lambda still creates functions with. "Lambda runtimes", section "Supported runtimes". */
export const NODE_RUNTIMES = ["nodejs22.x", "nodejs24.x"] as const;

/** "Lambda runtimes", section "Deprecated runtimes": creation is blocked (nodejs20.x since 2026-08-31). */
export const BLOCKED_RUNTIMES: ReadonlySet<string> = new Set([
  "nodejs",
  "nodejs4.3",
  "nodejs4.3-edge",
  "nodejs6.10",
  "nodejs8.10",
  "nodejs10.x",
  "nodejs12.x",
  "nodejs14.x",
  "nodejs16.x",
  "nodejs18.x",
  "nodejs20.x",
]);

/** "Lambda quotas": what a function's settings may be. */
export const FUNCTION_LIMITS = {
  nameLength: 64,
  memoryMb: { low: 128, high: 10_240 },
  timeoutSeconds: { low: 1, high: 900 },
  environmentBytes: 4096,
  zippedBytes: 50 * 1024 * 1024,
  unzippedBytes: 250 * 1024 * 1024,
  handlerLength: 128,
} as const;

/** Concurrency that must stay unreserved in an account and region. "Configuring reserved concurrency for a function". */
export const UNRESERVED_CONCURRENCY = 100;

const ARCHITECTURES = ["x86_64", "arm64"];
const EXTENSIONS = [".js", ".mjs", ".cjs"];

type Check = (settings: FunctionSettings) => readonly LambdaObjection[];

const objection = (code: string, property: string, message: string): LambdaObjection => ({ code: `lambda.${code}`, property, message });

const within = (code: string, property: string, unit: string, { low, high }: { readonly low: number; readonly high: number }, given?: number) =>
  given === undefined || (Number.isInteger(given) && given >= low && given <= high)
    ? []
    : [objection(code, property, `got ${given}; allowed ${low}..${high} (${unit}), whole numbers`)];

/** "CreateFunction" (Lambda API reference): FunctionName, without a path or an ARN. */
const name: Check = ({ name: given }) =>
  given === undefined || (given.length <= FUNCTION_LIMITS.nameLength && /^[a-zA-Z0-9-_]+$/.test(given))
    ? []
    : [objection("name", "name", `got "${given}" (${given.length} characters); allowed 1..64 of letters, digits, - and _; shorten the name`)];

const runtime: Check = ({ runtime: given }) => {
  if (given === undefined || !BLOCKED_RUNTIMES.has(given)) return [];
  return [objection("runtime", "runtime", `got ${given}, which Lambda creates no more; allowed ${NODE_RUNTIMES.join(", ")}`)];
};

const memory: Check = ({ memorySize }) => within("memory", "memorySize", "MB", FUNCTION_LIMITS.memoryMb, memorySize);
const timeout: Check = ({ timeout: given }) => within("timeout", "timeout", "seconds", FUNCTION_LIMITS.timeoutSeconds, given);

/** "CreateFunction" (Lambda API reference): one architecture. */
const architectures: Check = ({ architectures: given }) => {
  if (given === undefined) return [];
  const [only] = given;
  const good = given.length === 1 && only !== undefined && ARCHITECTURES.includes(only);
  return good ? [] : [objection("architectures", "architectures", `got ${JSON.stringify(given)}; allowed one of ${ARCHITECTURES.join(", ")}`)];
};

/** "Configuring reserved concurrency for a function": 0 stops a function; the provider's -1 reserves nothing. */
const reserved: Check = ({ reservedConcurrentExecutions: given }) =>
  given === undefined || (Number.isInteger(given) && given >= -1)
    ? []
    : [objection("reserved-concurrency", "reservedConcurrentExecutions", `got ${given}; allowed a whole number from 0, or -1 for none`)];

/** "Working with Lambda environment variables": reserved keys, names, and 4 KB for all together. */
const variables: Check = ({ variables: given = {} }) => {
  const found: LambdaObjection[] = [];
  for (const key of Object.keys(given)) {
    const property = `environment.variables.${key}`;
    if (RESERVED_VARIABLES.has(key)) {
      found.push(objection("reserved-variable", property, `${key} is set by Lambda itself and cannot be deployed; choose another name`));
    } else if (!/^[a-zA-Z][a-zA-Z0-9_]+$/.test(key)) {
      found.push(objection("variable-name", property, `got "${key}"; allowed two or more letters, digits and _, a letter first`));
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(given));
  if (bytes > FUNCTION_LIMITS.environmentBytes) {
    found.push(objection("environment-size", "environment.variables", `got ${bytes} bytes as JSON; allowed 4096; move large values to a parameter or a file`));
  }
  return found;
};

/** "Define Lambda function handler in Node.js": file.export, and the file is in the archive. */
const handler: Check = ({ handler: given, files }) => {
  if (given === undefined) return files ? [objection("handler", "handler", "missing; a zip archive needs file.export, e.g. index.handler")] : [];
  const match = /^((?:[^\s]*\/)?[^./\s]+)\.[^\s]+$/.exec(given);
  const file = match?.[1];
  if (file === undefined || given.length > FUNCTION_LIMITS.handlerLength) {
    return [objection("handler", "handler", `got "${given}"; allowed file.export of at most 128 characters without spaces, e.g. index.handler`)];
  }
  if (!files || EXTENSIONS.some((extension) => Object.hasOwn(files, `${file}${extension}`))) return [];
  const names = Object.keys(files).join(", ") || "nothing";
  return [objection("handler-file", "handler", `${given} needs ${file}.js, .mjs or .cjs; the archive holds ${names}`)];
};

const code: Check = ({ files }) => {
  if (!files) return [];
  const bytes = Object.values(files).reduce((sum, size) => sum + size, 0);
  return bytes <= FUNCTION_LIMITS.unzippedBytes
    ? []
    : [objection("code-size", "code", `got ${bytes} bytes unzipped; allowed ${FUNCTION_LIMITS.unzippedBytes} (250 MB); bundle and minify`)];
};

const CHECKS: readonly Check[] = [name, runtime, memory, timeout, architectures, reserved, variables, handler, code];

/** All that CreateFunction would refuse in these settings. "CreateFunction" (Lambda API reference). */
export const functionObjections = (settings: FunctionSettings): readonly LambdaObjection[] => CHECKS.flatMap((check) => check(settings));

/** A zip that is uploaded directly: 50 MB at most, larger ones go through S3. "Lambda quotas", "Deployment package size". */
export const archiveObjection = (zippedBytes: number): LambdaObjection | undefined =>
  zippedBytes <= FUNCTION_LIMITS.zippedBytes
    ? undefined
    : objection("archive-size", "code", `got ${zippedBytes} bytes zipped; allowed ${FUNCTION_LIMITS.zippedBytes} (50 MB) without a bucket`);
