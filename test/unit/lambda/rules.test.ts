import {
  archiveObjection,
  BLOCKED_RUNTIMES,
  functionObjections,
  NODE_RUNTIMES,
  RESERVED_VARIABLES,
  type FunctionSettings,
} from "../../../rules/lambda";
import { permissionObjections, type PermissionSettings } from "../../../rules/lambda-permission";

const GOOD: FunctionSettings = {
  name: "payments-process-us-east-1-dev",
  runtime: "nodejs24.x",
  handler: "index.handler",
  memorySize: 512,
  timeout: 6,
  architectures: ["arm64"],
  reservedConcurrentExecutions: 10,
  variables: { TABLE_NAME: "payments" },
  files: { "index.js": 480_000 },
};

const codes = (settings: FunctionSettings): string[] => functionObjections(settings).map(({ code }) => code);

describe("settings that Lambda takes", () => {
  test.each<[string, FunctionSettings]>([
    ["an ordinary function", GOOD],
    ["Lambda's defaults", { handler: "index.handler", files: { "index.mjs": 1 } }],
    ["the smallest", { ...GOOD, name: "f", memorySize: 128, timeout: 1, reservedConcurrentExecutions: 0 }],
    ["the largest", { ...GOOD, name: "f".repeat(64), memorySize: 10_240, timeout: 900 }],
    ["a handler in a folder", { ...GOOD, handler: "src/main.api.handler", files: { "src/main.cjs": 1 } }],
    ["code that is elsewhere", { ...GOOD, handler: undefined, files: undefined }],
    ["no reservation", { ...GOOD, reservedConcurrentExecutions: -1 }],
    ["variables of 4096 bytes", { ...GOOD, variables: { AB: "x".repeat(4096 - '{"AB":""}'.length) } }],
    ...NODE_RUNTIMES.map((runtime): [string, FunctionSettings] => [runtime, { ...GOOD, runtime }]),
  ])("%s", (_case, settings) => {
    expect(codes(settings)).toEqual([]);
  });
});

describe("settings that Lambda refuses", () => {
  test.each<[string, Partial<FunctionSettings>, string]>([
    ["a name of 65 characters", { name: "f".repeat(65) }, "lambda.name"],
    ["a name with a dot", { name: "pay.ments" }, "lambda.name"],
    ["an empty name", { name: "" }, "lambda.name"],
    ["too little memory", { memorySize: 127 }, "lambda.memory"],
    ["too much memory", { memorySize: 10_241 }, "lambda.memory"],
    ["memory that is no whole number", { memorySize: 128.5 }, "lambda.memory"],
    ["no time", { timeout: 0 }, "lambda.timeout"],
    ["over 15 minutes", { timeout: 901 }, "lambda.timeout"],
    ["an architecture that there is not", { architectures: ["x86"] }, "lambda.architectures"],
    ["two architectures", { architectures: ["arm64", "x86_64"] }, "lambda.architectures"],
    ["no architecture", { architectures: [] }, "lambda.architectures"],
    ["a negative reservation", { reservedConcurrentExecutions: -2 }, "lambda.reserved-concurrency"],
    ["a variable that starts with a digit", { variables: { "1A": "x" } }, "lambda.variable-name"],
    ["a variable of one letter", { variables: { A: "x" } }, "lambda.variable-name"],
    ["a variable with a dash", { variables: { "TABLE-NAME": "x" } }, "lambda.variable-name"],
    ["variables over 4 kB", { variables: { AB: "x".repeat(4096) } }, "lambda.environment-size"],
    ["a handler without an export", { handler: "index" }, "lambda.handler"],
    ["a handler with a space", { handler: "index. handler" }, "lambda.handler"],
    ["a handler of 129 characters", { handler: `index.${"h".repeat(123)}` }, "lambda.handler"],
    ["an archive without a handler", { handler: undefined }, "lambda.handler"],
    ["a handler whose file is not there", { handler: "main.handler" }, "lambda.handler-file"],
    ["an empty archive", { files: {} }, "lambda.handler-file"],
    ["an archive over 250 MB", { files: { "index.js": 1, "big.node": 250 * 1024 * 1024 } }, "lambda.code-size"],
    ...[...BLOCKED_RUNTIMES].map((runtime): [string, Partial<FunctionSettings>, string] => [runtime, { runtime }, "lambda.runtime"]),
    ...[...RESERVED_VARIABLES].map((name): [string, Partial<FunctionSettings>, string] => [name, { variables: { [name]: "x" } }, "lambda.reserved-variable"]),
  ])("%s", (_case, change, code) => {
    expect(codes({ ...GOOD, ...change })).toEqual([code]);
  });

  test("all are told at once, each with its property, what was given and what is allowed", () => {
    const found = functionObjections({ ...GOOD, memorySize: 1, variables: { AWS_REGION: "us-east-1" } });
    expect(found.map(({ property }) => property)).toEqual(["memorySize", "environment.variables.AWS_REGION"]);
    expect(found[0]?.message).toBe("got 1; allowed 128..10240 (MB), whole numbers");
  });

  test.each(["AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME", "_HANDLER", "LAMBDA_TASK_ROOT", "AWS_SESSION_TOKEN"])("%s is among the reserved", (name) => {
    expect(RESERVED_VARIABLES.has(name)).toBe(true);
  });

  test("nodejs20.x, which many programs still name, can be created no more", () => {
    expect(codes({ ...GOOD, runtime: "nodejs20.x" })).toEqual(["lambda.runtime"]);
  });
});

test.each([
  [50 * 1024 * 1024, undefined],
  [50 * 1024 * 1024 + 1, "lambda.archive-size"],
])("a zip of %i bytes", (bytes, code) => {
  expect(archiveObjection(bytes)?.code).toBe(code);
});

describe("permissions", () => {
  const good: PermissionSettings = {
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn: "arn:aws:execute-api:us-east-1:123456789012:abc123/*/POST/payments",
  };

  test.each<[string, PermissionSettings]>([
    ["an API's", good],
    ["a bucket's, whose ARN has neither region nor account", { ...good, principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::bucket", sourceAccount: "123456789012" }],
    ["a log group's", { ...good, principal: "logs.us-east-1.amazonaws.com", sourceArn: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/x:*" }],
    ["an account's", { action: "lambda:*", principal: "123456789012" }],
    ["a role's", { action: "*", principal: "arn:aws:iam::123456789012:role/x", statementId: "role_1" }],
  ])("%s is taken", (_case, settings) => {
    expect(permissionObjections(settings)).toEqual([]);
  });

  test.each<[string, PermissionSettings, string]>([
    ["no action", { ...good, action: undefined }, "lambda.permission-action"],
    ["an action of another service", { ...good, action: "s3:GetObject" }, "lambda.permission-action"],
    ["no principal", { ...good, principal: undefined }, "lambda.permission-principal"],
    ["a principal that is no name of AWS's", { ...good, principal: "apigateway" }, "lambda.permission-principal"],
    ["an account of 11 digits", { ...good, principal: "12345678901" }, "lambda.permission-principal"],
    ["a source that is no ARN", { ...good, sourceArn: "abc123/*/POST/payments" }, "lambda.permission-sourceArn"],
    ["a source without a resource", { ...good, sourceArn: "arn:aws:execute-api:us-east-1:123456789012:" }, "lambda.permission-sourceArn"],
    ["a source account of letters", { ...good, sourceAccount: "mine" }, "lambda.permission-sourceAccount"],
    ["a statement id with spaces", { ...good, statementId: "let it in" }, "lambda.permission-statementId"],
  ])("%s is refused", (_case, settings, code) => {
    expect(permissionObjections(settings).map((found) => found.code)).toEqual([code]);
  });
});
