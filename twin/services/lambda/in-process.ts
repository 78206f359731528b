import type { Runtime } from "../../../lambda/shared/runtime";
import type { Cloud } from "../../cloud";
import type { Latency } from "../../kernel/door";
import { twinRuntime, type Life, type Tier } from "../../runtime";
import { contextFacts, invocationContext, type ContextFacts } from "./context";
import { evaluate, loggingTo, type Evaluated } from "./evaluate";
import { FunctionError, type ExecutionEnvironment, type ExecutionSpec, type FunctionHost, type Invocation } from "./host";

/**
 * How long a cold start takes in virtual time, milliseconds, drawn evenly. Assumed for a Node.js bundle below 500 kB;
 * "Understanding the Lambda execution environment lifecycle" says under 100 ms to over 1 second.
 */
export const COLD_START_MS = { low: 150, high: 450 } as const;

type Handler = (event: unknown, context: unknown) => unknown;

const never = (): Promise<never> => new Promise<never>(() => undefined);

/** The creator that the bundle exports beside its handler; without it the code would read the machine's clock. */
function creator({ exports }: Evaluated, { handler, functionName }: ExecutionSpec): (runtime: Runtime) => Handler {
  const create = (exports as { createHandler?: unknown } | undefined)?.createHandler; // what a bundle exports is unknown
  if (typeof create !== "function") {
    throw new FunctionError(
      "Twin.NoCreateHandler",
      `${functionName} (${handler}) cannot run in virtual time: its bundle does not export createHandler(runtime)`,
    );
  }
  return create as (runtime: Runtime) => Handler; // the bundles' contract, see the class below
}

/** A thrown value as Lambda reports it. Duck-typed: errors of Node's own modules may come from another realm. */
export function asFunctionError(thrown: unknown): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { name, message } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as { name?: unknown; message?: unknown }; // any value can be thrown
  return typeof message === "string"
    ? new FunctionError(typeof name === "string" ? name : "Error", message)
    : new FunctionError("Error", String(thrown));
}

class InProcessEnvironment implements ExecutionEnvironment {
  private readonly life: Life & { over: boolean } = { over: false };
  private readonly facts: ContextFacts;
  private readonly logged: ReturnType<typeof loggingTo>;
  private handler: Handler | undefined;

  constructor(
    private readonly cloud: Cloud,
    private readonly spec: ExecutionSpec,
    private readonly log: (line: string) => void,
    private readonly coldStart: Latency,
    private readonly tier: Tier,
  ) {
    this.facts = contextFacts(spec);
    this.logged = loggingTo(log);
  }

  async init(): Promise<void> {
    const { kernel } = this.cloud;
    await kernel.sleep(kernel.random("lambda/cold-start").between(this.coldStart.low, this.coldStart.high));
    if (this.life.over) return never();
    try {
      this.logged(() => {
        const create = creator(evaluate(this.spec), this.spec);
        this.handler = create(twinRuntime(this.cloud, this.spec, this.log, this.life, this.tier));
      });
    } catch (error) {
      throw asFunctionError(error);
    }
  }

  async invoke(invocation: Invocation): Promise<unknown> {
    const { handler } = this;
    if (!handler) throw new FunctionError("Runtime.ExitError", "invoked before init", true);
    const context = invocationContext(this.facts, invocation, this.cloud.kernel);
    try {
      const result = await this.logged(() => handler(invocation.event, context));
      return this.life.over ? never() : result;
    } catch (error) {
      if (this.life.over) return never();
      throw asFunctionError(error);
    }
  }

  stop(): void {
    this.life.over = true;
  }
}

/**
 * Runs functions in this process, for virtual time: a bundle exports `createHandler(runtime)` beside its handler and
 * gets the twin's runtime, so that its time, chance and SDK calls are the kernel's. Code that is the same is evaluated once
 * and shared by its environments: state belongs into `createHandler`, not into the module. Events and results are passed
 * as they are, not through JSON. Isolation is the worker host's business (doors/worker-host.ts).
 */
export class InProcessHost implements FunctionHost {
  /**
   * @param cloud asked when the first environment starts: the cloud is made with its host, so it comes later
   * @param coldStart milliseconds, drawn evenly
   */
  constructor(
    private readonly cloud: () => Cloud,
    private readonly coldStart: Latency = COLD_START_MS,
    private readonly tier: Tier = "fast",
  ) {}

  environment(spec: ExecutionSpec, log: (line: string) => void): ExecutionEnvironment {
    return new InProcessEnvironment(this.cloud(), spec, log, this.coldStart, this.tier);
  }
}
