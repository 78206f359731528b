import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { property } from "../../lambda/shared/property";
import type { WebAnswer } from "../../lambda/shared/runtime";
import { contextFacts } from "../services/lambda/context";
import { FunctionError, type ExecutionEnvironment, type ExecutionSpec, type FunctionHost, type Invocation } from "../services/lambda/host";
import type { Asker } from "../web";

export interface WorkerHostOptions {
  /** Where the AWS services of a region answer functions, e.g. `http://127.0.0.1:9001`. */
  endpointUrl(region: string): string;
  /** `address:port` of the twin's DNS server. */
  dnsServer(): string;
  /** A function's GET of a public name. Never settles where packets vanish: the thread brings its own time limit. */
  ask(asker: Asker, url: string): Promise<WebAnswer>;
}

type Message =
  | { readonly type: "log"; readonly line: string }
  | { readonly type: "ready" }
  | { readonly type: "ask"; readonly id: number; readonly url: string }
  | { readonly type: "unloadable" | "fatal"; readonly errorType: string; readonly message: string }
  | { readonly type: "result"; readonly requestId: string; readonly payload: string }
  | { readonly type: "failed"; readonly requestId: string; readonly errorType: string; readonly message: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: FunctionError) => void;
}

const ENTRY = join(__dirname, "worker-entry.cjs");

const exited = (status: number): FunctionError =>
  new FunctionError(
    "Runtime.ExitError",
    status === 0 ? "Runtime exited without providing a reason" : `Runtime exited with error: exit status ${status}`,
    true,
  );

class WorkerEnvironment implements ExecutionEnvironment {
  private worker: Worker | undefined;
  /** Who waits for the worker's next word: init or the one invocation under way. */
  private waiting: Waiting | undefined;
  private death: FunctionError | undefined;
  private stopped = false;

  constructor(
    private readonly spec: ExecutionSpec,
    private readonly log: (line: string) => void,
    private readonly options: WorkerHostOptions,
    private readonly live: Set<WorkerEnvironment>,
  ) {}

  init(): Promise<void> {
    const { spec, options } = this;
    const memory = Number(spec.variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] ?? "128");
    const worker = new Worker(ENTRY, {
      env: { ...spec.variables, AWS_ENDPOINT_URL: options.endpointUrl(spec.region) },
      execArgv: [],
      argv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memory },
      workerData: { files: spec.files, handler: spec.handler, dnsServer: options.dnsServer(), facts: contextFacts(spec) },
    });
    this.worker = worker;
    this.live.add(this);
    worker.on("message", (message: Message) => this.hear(message));
    worker.on("error", (error: Error & { code?: string }) => {
      const memoryUp = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      this.die(memoryUp ? new FunctionError("Runtime.OutOfMemory", "Runtime exited with error: signal: killed", true) : crash(error));
    });
    worker.on("exit", (status) => {
      this.live.delete(this);
      this.die(exited(status));
    });
    return this.answer().then(() => undefined);
  }

  async invoke({ requestId, event, deadline }: Invocation): Promise<unknown> {
    if (this.death || !this.worker) throw this.death ?? exited(1);
    const answer = this.answer();
    this.worker.postMessage({ type: "invoke", requestId, deadline, clockError: this.spec.clockError(), event: JSON.stringify(event ?? null) });
    return answer;
  }

  stop(): void {
    void this.terminate();
  }

  async terminate(): Promise<void> {
    this.stopped = true;
    await this.worker?.terminate();
  }

  private answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  private hear(message: Message): void {
    // A terminated thread may still have words in its port.
    if (this.stopped) return;
    switch (message.type) {
      case "log":
        return this.log(message.line);
      case "ask":
        return void this.fetch(message.id, message.url);
      case "ready":
        return this.waiting?.resolve(undefined);
      case "result":
        return this.waiting?.resolve(JSON.parse(message.payload));
      case "failed":
        return this.waiting?.reject(new FunctionError(message.errorType, message.message));
      case "unloadable":
      case "fatal":
        return this.die(new FunctionError(message.errorType, message.message, true));
    }
  }

  /** The thread's request, sent from where the function stands. */
  private async fetch(id: number, url: string): Promise<void> {
    const answer = await this.options.ask(this.spec, url).then(
      ({ status, body }) => ({ id, status, body }),
      (error: unknown) => ({ id, failure: String(property(error, "message") ?? error), code: property(error, "code") }),
    );
    if (!this.stopped && !this.death) this.worker?.postMessage({ type: "answer", ...answer });
  }

  /** The first cause of death counts. A stopped environment stays silent: who stopped it does not wait. */
  private die(cause: FunctionError): void {
    this.death ??= cause;
    if (!this.stopped) this.waiting?.reject(this.death);
  }
}

const crash = ({ name, message }: Error): FunctionError => new FunctionError(name, message, true);

/**
 * Runs functions in worker threads, for real time: one thread per execution environment, with its own environment
 * variables, globals and resolver, ended at once when Lambda's time limit says so. The code is the deployed bundle's
 * CommonJS text; its SDK clients reach the twin by AWS_ENDPOINT_URL, its names are resolved by the twin's DNS, and what it
 * fetches goes over the twin's network, from the function's region.
 */
export class WorkerHost implements FunctionHost {
  private readonly live = new Set<WorkerEnvironment>();

  constructor(private readonly options: WorkerHostOptions) {}

  environment(spec: ExecutionSpec, log: (line: string) => void): ExecutionEnvironment {
    return new WorkerEnvironment(spec, log, this.options, this.live);
  }

  /** Ends every thread, so that the process can end. */
  async close(): Promise<void> {
    await Promise.all([...this.live].map((environment) => environment.terminate()));
  }
}
