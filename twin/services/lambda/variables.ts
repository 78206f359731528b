import type { SessionCredentials } from "./sessions";
import type { FunctionConfig } from "./config";
import type { InitializationType } from "./deployed";

/** One execution environment, as far as its variables tell. */
export interface EnvironmentFacts {
  readonly region: string;
  readonly logStream: string;
  readonly credentials: SessionCredentials;
  readonly version: string;
  readonly type: InitializationType;
}

/**
 * What Lambda itself sets for Node.js, over the variables as deployed. "Working with Lambda environment variables",
 * section "Defined runtime environment variables". LANG, PATH and TZ are defaults that the deployment may override.
 */
export const environmentVariables = (
  fn: FunctionConfig,
  { region, logStream, credentials, version, type }: EnvironmentFacts,
): Readonly<Record<string, string>> => ({
  LANG: "en_US.UTF-8",
  PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
  TZ: ":UTC",
  ...fn.variables,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: fn.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: version,
  AWS_LAMBDA_INITIALIZATION_TYPE: type,
  AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStream,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  LAMBDA_TASK_ROOT: "/var/task",
  LAMBDA_RUNTIME_DIR: "/var/runtime",
  _HANDLER: fn.handler,
});
