import { isoTime } from "../../../lambda/shared/clock";
import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { takeEmbeddedMetrics } from "../cloudwatch/emf";
import { iam } from "../iam/index";
import { admit, leave } from "./admission";
import { AsyncQueue } from "./asynchronous";
import { Concurrency } from "./concurrency";
import type { FunctionConfig, PolicyStatement } from "./config";
import { DeployedFunction, type InitializationType, type Target } from "./deployed";
import { lostWithRegion, Slot } from "./environments";
import { followFunctionFaults } from "./function-faults";
import { FunctionError } from "./host";
import { FunctionLogs, type LogLine } from "./logs";
import { hex, uuid } from "./ids";
import { LambdaMetrics } from "./metrics";
import { invokeAccess, invokeOperation } from "./operations";
import { InvokePermissions } from "./permissions";
import { namesService, policyDocument } from "./policy";
import { parseReference } from "./reference";
import type { InvokeResult } from "./result";
import { sessions } from "./sessions";
import { environmentVariables } from "./variables";

export { DEFAULT_CONCURRENCY_QUOTA } from "./concurrency";
export type { FunctionConfig, PolicyStatement } from "./config";
export type { FunctionFailure, InvokeResult } from "./result";

type Ran = Pick<InvokeResult, "requestId" | "version">;

/** Failures that Lambda words itself, since the code had no say. */
const OWN_FAILURES = new Set(["Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory"]);

/** Lambda of one region: functions, their versions and aliases, resource policies, execution environments, the account's concurrency. */
export class LambdaService {
  private readonly functions = new Map<string, DeployedFunction>();
  /** What references lead to, as long as nothing is deployed anew: the parsing is done once. */
  private readonly targets = new Map<string, Target>();
  private readonly permissions: InvokePermissions;
  private readonly concurrency: Concurrency;
  private readonly bound: (deployed: DeployedFunction) => void;
  private readonly log: FunctionLogs;
  private readonly metrics: LambdaMetrics;
  /** Asynchronous invocations. */
  readonly queue: AsyncQueue;

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    this.permissions = new InvokePermissions(cloud.accountId, this.functions);
    this.concurrency = new Concurrency(cloud.kernel);
    this.bound = followFunctionFaults(cloud, region, this.functions);
    this.log = new FunctionLogs(cloud, region);
    this.metrics = new LambdaMetrics(cloud, region);
    this.queue = new AsyncQueue(cloud.kernel, (reference, event) => this.run(reference, event), (reference) => this.find(reference).deployed.config.name);
    cloud.faults.onChange(() => {
      if (cloud.faults.outage(region)) this.stop();
      else for (const deployed of this.functions.values()) deployed.resume();
    });
    const arnOf = (reference: string): string =>
      reference.startsWith("arn:") ? reference : `arn:aws:lambda:${region}:${cloud.accountId}:function:${reference}`;
    cloud.publish("lambda", region, { Invoke: invokeOperation((reference, event) => this.run(reference, event)) }, invokeAccess(arnOf));
  }

  /** Creates the function, or replaces it: environments of the old code end, also those that were provisioned. */
  deploy(config: FunctionConfig): void {
    const old = this.functions.get(config.name);
    old?.stop();
    const share = this.concurrency.share(config.reserved, old?.share);
    const start = (version: string, type: InitializationType) => this.startEnvironment(config, version, type);
    const deployed = new DeployedFunction(config, share, this.metrics.of(config.name), this.cloud.kernel, start, old);
    this.functions.set(config.name, deployed);
    this.bound(deployed);
    this.targets.clear();
    this.permissions.changed();
  }

  /** Points an alias to a published version. Throws ResourceNotFoundException. */
  alias(functionReference: string, name: string, version: string): void {
    const { deployed } = this.find(functionReference);
    if (!deployed.alias(name, version)) throw this.notFound(`${deployed.config.name}:${version}`);
    this.targets.clear();
  }

  /** Keeps `executions` environments of a version or alias initialised. Throws ResourceNotFoundException. */
  provision(functionReference: string, qualifier: string, executions: number): void {
    const { name } = this.find(functionReference).deployed.config;
    const target = this.find(`${name}:${qualifier}`);
    const { deployed, version } = target;
    this.concurrency.provision(deployed.share, version, executions);
    deployed.provision(target, executions, this.metrics.ofProvisioned(name, qualifier));
  }

  /** Adds a statement to the function's resource policy (`lambda.Permission`). */
  grant(reference: string, statement: PolicyStatement): void {
    const { config, policy } = this.find(reference).deployed;
    policy.set(statement.statementId, statement);
    this.permissions.changed();
    // Services ask through `allows`; callers of the SDK are judged by IAM, each version and alias by its own statements.
    if (namesService(statement)) return;
    const { qualifier } = statement;
    const arn = qualifier === undefined ? config.arn : `${config.arn}:${qualifier}`;
    iam(this.cloud).putResourcePolicy(arn, policyDocument(arn, [...policy.values()].filter((one) => one.qualifier === qualifier)));
  }

  /** The account's concurrency in this region; the default is {@link DEFAULT_CONCURRENCY_QUOTA}. */
  setConcurrencyQuota(quota: number): void {
    this.concurrency.setQuota(quota);
  }

  /**
   * Bounds a function to so many executions at once from now on, beside what is reserved for it: what an operator
   * does to a living function. Undefined lifts it. Throws ResourceNotFoundException.
   */
  limit(reference: string, executions: number | undefined): void {
    this.find(reference).deployed.share.limit = executions;
  }

  /** The functions of the region. */
  list(): readonly FunctionConfig[] {
    return [...this.functions.values()].map(({ config }) => config);
  }

  /** Execution environments of a function's version that started on demand: at work, and warm but idle. */
  environments(reference: string): { readonly busy: number; readonly idle: number } {
    const { pool } = this.find(reference);
    return { busy: pool.running, idle: pool.waiting };
  }

  /** Environments that are provisioned for a version: how many were asked for, and how many are ready and free. */
  provisioned(reference: string): { readonly allocated: number; readonly available: number } {
    const { kept } = this.find(reference);
    return { allocated: kept?.environments.allocated ?? 0, available: kept?.environments.available ?? 0 };
  }

  /** The newest log lines of a function, oldest first. */
  logs(reference: string): readonly LogLine[] {
    return this.log.read(this.find(reference).deployed.config.logGroup);
  }

  /** Does the function's resource policy let a service invoke it on behalf of `sourceArn`? */
  allows(functionArn: string, principal: string, sourceArn: string): boolean {
    return this.permissions.allows(functionArn, principal, sourceArn);
  }

  /**
   * Invokes a function and waits for its result. A function that fails is a result, not a rejection.
   * Rejects with {@link AwsError}: ResourceNotFoundException (404), TooManyRequestsException (429, with `Reason`); or
   * with the door's own errors. Never settles when packets vanish.
   */
  invoke(reference: string, event: unknown, from: Caller): Promise<InvokeResult> {
    const resource = this.targets.get(reference)?.deployed.config.name ?? parseReference(reference).name;
    const route = { region: this.region, service: "lambda", operation: "Invoke", resource, from: from.region };
    return this.cloud.door.call(route, () => this.run(reference, event));
  }

  /** Ends every execution environment; the functions stay deployed. */
  stop(): void {
    for (const deployed of this.functions.values()) deployed.stop();
  }

  private async run(reference: string, event: unknown): Promise<InvokeResult> {
    const target = this.find(reference);
    const { deployed, version } = target;
    const { config, share } = deployed;
    const admitted = admit(target, this.concurrency);
    const requestId = uuid(this.cloud.kernel.random("lambda/request-ids"));
    share.running += 1;
    this.metrics.started(deployed.metrics, share.running);
    let failed = true;
    try {
      const outcome = await admitted.slot.run(requestId, event, config.timeoutSeconds * 1000);
      if (outcome.ended !== "ok") return await this.ended(config, { requestId, version }, outcome.ended);
      failed = false;
      return { requestId, version, payload: outcome.payload };
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      return this.failed(config, { requestId, version }, error.errorType, error.message);
    } finally {
      share.running -= 1;
      leave(target, admitted, this.concurrency);
      this.metrics.ended(deployed.metrics, failed, admitted.slot.invokedAt);
    }
  }

  private ended(config: FunctionConfig, run: Ran, ended: "late" | "lost"): InvokeResult | Promise<never> {
    if (ended === "lost") return lostWithRegion(this.region, this.cloud.faults.outage(this.region));
    return this.failed(config, run, "Sandbox.Timedout", `Task timed out after ${config.timeoutSeconds.toFixed(2)} seconds`);
  }

  private failed(config: FunctionConfig, run: Ran, errorType: string, message: string): InvokeResult {
    const { requestId } = run;
    // Lambda's own failures name the request; the code's errors are passed on as they are.
    const functionError = { errorType, errorMessage: OWN_FAILURES.has(errorType) ? `RequestId: ${requestId} Error: ${message}` : message };
    this.log.append(config.logGroup, JSON.stringify({ level: "ERROR", requestId, ...functionError }));
    return { ...run, payload: undefined, functionError };
  }

  private find(reference: string): Target {
    const known = this.targets.get(reference);
    if (known) return known;
    const { name, qualifier } = parseReference(reference);
    const found = this.functions.get(name)?.target(qualifier);
    if (!found) throw this.notFound(qualifier === undefined ? name : `${name}:${qualifier}`);
    this.targets.set(reference, found);
    return found;
  }

  private notFound(reference: string): AwsError {
    const arn = `arn:aws:lambda:${this.region}:${this.cloud.accountId}:function:${reference}`;
    return new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404, { Type: "User" });
  }

  private startEnvironment(config: FunctionConfig, version: string, type: InitializationType): Slot {
    const { cloud, region } = this;
    const { kernel } = cloud;
    const day = isoTime(kernel.now()).slice(0, 10).replaceAll("-", "/");
    const logStream = `${day}/[${version}]${hex(kernel.random("lambda/log-streams"), 4)}`;
    const place = config.network === undefined ? {} : { network: config.network };
    const process = { function: config.name, die: () => slot.crash() };
    const credentials = sessions(cloud).issue({ principal: config.role, region, process, ...place }, `${config.arn} ${logStream}`);
    const spec = {
      region,
      functionName: config.name,
      functionArn: config.arn,
      role: config.role,
      handler: config.handler,
      files: config.files,
      variables: environmentVariables(config, { region, logStream, credentials, version, type }),
      process,
      clockError: () => cloud.faults.clockError(region, config.name),
      ...place,
    };
    kernel.record("lambda.environment", { region, function: config.name });
    const slot = new Slot(kernel, cloud.functions.environment(spec, (line) => this.logged(config, line, logStream)));
    return slot;
  }

  private logged({ logGroup }: FunctionConfig, line: string, stream: string): void {
    this.log.append(logGroup, line, stream);
    takeEmbeddedMetrics(this.cloud.metrics, this.region, line);
  }
}

/** Lambda of a region. */
export const lambda = (cloud: Cloud, region: string): LambdaService =>
  cloud.service("lambda", region, () => new LambdaService(cloud, region));
