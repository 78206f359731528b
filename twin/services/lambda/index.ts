import { isoTime } from "../../../lambda/shared/clock";
import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { takeEmbeddedMetrics } from "../cloudwatch/emf";
import type { FunctionConfig, PolicyStatement } from "./config";
import { lostWithRegion, Pool, Slot } from "./environments";
import { FunctionError } from "./host";
import { FunctionLogs, type LogLine } from "./logs";
import { LambdaMetrics, type FunctionMetrics } from "./metrics";
import { invokeAccess, invokeOperation } from "./operations";
import { allowsInvoke } from "./policy";
import { sessions } from "./sessions";
import { environmentVariables } from "./variables";

export type { FunctionConfig, PolicyStatement } from "./config";

/** How a function failed, as Lambda puts it into the answer's payload. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
}

/** What an invocation gave. `payload` is undefined when the function failed. */
export interface InvokeResult {
  readonly requestId: string;
  readonly payload: unknown;
  readonly functionError?: FunctionFailure;
}

/** Concurrent executions of an account in a region. "Lambda quotas" (new accounts may have less). */
export const DEFAULT_CONCURRENCY_QUOTA = 1000;

/** Failures that Lambda words itself, since the code had no say. */
const OWN_FAILURES = new Set(["Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"]);

interface Deployed {
  readonly config: FunctionConfig;
  readonly pool: Pool;
  readonly policy: Map<string, PolicyStatement>;
  readonly metrics: FunctionMetrics;
}

/** `name`, `name:qualifier`, or an ARN with or without a qualifier -> its parts. */
function parseReference(reference: string): { readonly name: string; readonly qualifier?: string } {
  const [name = "", qualifier] = reference.startsWith("arn:") ? reference.split(":").slice(6) : reference.split(":");
  return qualifier === undefined || qualifier === "$LATEST" ? { name } : { name, qualifier };
}

/** Lambda of one region: functions, their resource policies, their execution environments, the account's concurrency. */
export class LambdaService {
  private readonly functions = new Map<string, Deployed>();
  private readonly log: FunctionLogs;
  private readonly metrics: LambdaMetrics;
  private quota = DEFAULT_CONCURRENCY_QUOTA;

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    this.log = new FunctionLogs(cloud, region);
    this.metrics = new LambdaMetrics(cloud, region);
    cloud.faults.onChange(() => {
      if (cloud.faults.outage(region)) this.stop();
    });
    const arnOf = (reference: string): string =>
      reference.startsWith("arn:") ? reference : `arn:aws:lambda:${region}:${cloud.accountId}:function:${reference}`;
    cloud.publish("lambda", region, { Invoke: invokeOperation((reference, event) => this.run(reference, event)) }, invokeAccess(arnOf));
  }

  /** Creates the function, or replaces it: environments of the old code end. */
  deploy(config: FunctionConfig): void {
    const old = this.functions.get(config.name);
    old?.pool.stop();
    const pool = new Pool(this.cloud.kernel, () => this.startEnvironment(config));
    this.functions.set(config.name, { config, pool, policy: old?.policy ?? new Map<string, PolicyStatement>(), metrics: this.metrics.of(config.name) });
  }

  /** Adds a statement to the function's resource policy (`lambda.Permission`). */
  grant(reference: string, statement: PolicyStatement): void {
    this.find(reference).policy.set(statement.statementId, statement);
  }

  /** The account's concurrency in this region; the default is {@link DEFAULT_CONCURRENCY_QUOTA}. */
  setConcurrencyQuota(quota: number): void {
    this.quota = quota;
  }

  /** The functions of the region. */
  list(): readonly FunctionConfig[] {
    return [...this.functions.values()].map(({ config }) => config);
  }

  /** Execution environments of a function: at work, and warm but idle. */
  environments(reference: string): { readonly busy: number; readonly idle: number } {
    const { pool } = this.find(reference);
    return { busy: pool.running, idle: pool.waiting };
  }

  /** The newest log lines of a function, oldest first. */
  logs(reference: string): readonly LogLine[] {
    return this.log.read(this.find(reference).config.logGroup);
  }

  /** Does the function's resource policy let a service invoke it on behalf of `sourceArn`? */
  allows(functionArn: string, principal: string, sourceArn: string): boolean {
    const { name, qualifier } = parseReference(functionArn);
    const policy = this.functions.get(name)?.policy.values() ?? [];
    const request = { principal, sourceArn, accountId: this.cloud.accountId };
    return allowsInvoke(policy, qualifier === undefined ? request : { ...request, qualifier });
  }

  /**
   * Invokes a function and waits for its result. A function that fails is a result, not a rejection.
   * Rejects with {@link AwsError}: ResourceNotFoundException (404), TooManyRequestsException (429, with `Reason`); or
   * with the door's own errors. Never settles when packets vanish.
   */
  invoke(reference: string, event: unknown, from: Caller): Promise<InvokeResult> {
    const resource = parseReference(reference).name;
    const route = { region: this.region, service: "lambda", operation: "Invoke", resource, ...(from.region ? { from: from.region } : {}) };
    return this.cloud.door.call(route, () => this.run(reference, event));
  }

  /** Ends every execution environment; the functions stay deployed. */
  stop(): void {
    for (const { pool } of this.functions.values()) pool.stop();
  }

  private async run(reference: string, event: unknown): Promise<InvokeResult> {
    const { config, pool, metrics } = this.find(reference);
    this.admitMeasured(config, pool, metrics);
    const requestId = this.requestId();
    const slot = pool.take();
    const done = this.metrics.started(metrics, pool.running);
    let failed = true;
    try {
      const outcome = await slot.run({ requestId, event }, config.timeoutSeconds * 1000);
      switch (outcome.ended) {
        case "ok":
          failed = false;
          return { requestId, payload: outcome.payload };
        case "late":
          return this.failed(config, requestId, "Sandbox.Timedout", `Task timed out after ${config.timeoutSeconds.toFixed(2)} seconds`);
        case "lost":
          return await lostWithRegion(this.region, this.cloud.faults.outage(this.region));
      }
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      return this.failed(config, requestId, error.errorType, error.message);
    } finally {
      pool.release(slot);
      done(failed);
    }
  }

  private admitMeasured(config: FunctionConfig, pool: Pool, metrics: FunctionMetrics): void {
    try {
      this.admit(config, pool);
    } catch (error) {
      metrics.throttles.add(1);
      throw error;
    }
  }

  private failed(config: FunctionConfig, requestId: string, errorType: string, message: string): InvokeResult {
    // Lambda's own failures name the request; the code's errors are passed on as they are.
    const functionError = { errorType, errorMessage: OWN_FAILURES.has(errorType) ? `RequestId: ${requestId} Error: ${message}` : message };
    this.log.append(config.logGroup, JSON.stringify({ level: "ERROR", requestId, ...functionError }));
    return { requestId, payload: undefined, functionError };
  }

  private find(reference: string): Deployed {
    const { name, qualifier } = parseReference(reference);
    const found = this.functions.get(name);
    if (!found || (qualifier !== undefined && qualifier !== found.config.version)) {
      const arn = `arn:aws:lambda:${this.region}:${this.cloud.accountId}:function:${name}${qualifier ? `:${qualifier}` : ""}`;
      throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404, { Type: "User" });
    }
    return found;
  }

  /** Reserved and unreserved concurrency. "Understanding Lambda function scaling", "Configuring reserved concurrency". */
  private admit(config: FunctionConfig, pool: Pool): void {
    if (config.reserved !== undefined) {
      if (pool.running >= config.reserved) throw throttled("ReservedFunctionConcurrentInvocationLimitExceeded");
      return;
    }
    let unreserved = this.quota;
    let running = 0;
    for (const other of this.functions.values()) {
      if (other.config.reserved === undefined) running += other.pool.running;
      else unreserved -= other.config.reserved;
    }
    if (running >= unreserved) throw throttled("ConcurrentInvocationLimitExceeded");
  }

  private startEnvironment(config: FunctionConfig): Slot {
    const { cloud, region } = this;
    const { kernel } = cloud;
    const day = isoTime(kernel.now()).slice(0, 10).replaceAll("-", "/");
    const logStream = `${day}/[${config.version}]${hex(kernel.random("lambda/log-streams").below, 4)}`;
    const place = config.network === undefined ? {} : { network: config.network };
    const credentials = sessions(cloud).issue({ principal: config.role, region, ...place }, config.arn);
    const spec = {
      region,
      functionName: config.name,
      functionArn: config.arn,
      role: config.role,
      handler: config.handler,
      files: config.files,
      variables: environmentVariables(config, { region, logStream, credentials }),
      ...place,
    };
    kernel.record("lambda.environment", { region, function: config.name });
    return new Slot(kernel, cloud.functions.environment(spec, (line) => this.logged(config, line, logStream)));
  }

  private logged({ logGroup }: FunctionConfig, line: string, stream: string): void {
    this.log.append(logGroup, line, stream);
    takeEmbeddedMetrics(this.cloud.metrics, this.region, line);
  }

  private requestId(): string {
    const digits = hex(this.cloud.kernel.random("lambda/request-ids").below, 4);
    return [0, 8, 12, 16, 20].map((start, index) => digits.slice(start, [8, 12, 16, 20, 32][index])).join("-");
  }
}

const throttled = (reason: string): AwsError =>
  new AwsError("TooManyRequestsException", "Rate Exceeded.", 429, { Reason: reason, Type: "User" });

/** `words` times eight hexadecimal digits. */
const hex = (below: (n: number) => number, words: number): string =>
  Array.from({ length: words }, () => below(2 ** 32).toString(16).padStart(8, "0")).join("");

/** Lambda of a region. */
export const lambda = (cloud: Cloud, region: string): LambdaService =>
  cloud.service("lambda", region, () => new LambdaService(cloud, region));
