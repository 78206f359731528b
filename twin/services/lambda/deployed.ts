import type { Kernel } from "../../kernel/kernel";
import type { Share } from "./concurrency";
import type { FunctionConfig, PolicyStatement } from "./config";
import { Pool, type Slot } from "./environments";
import type { FunctionMetrics, ProvisionedMetrics } from "./metrics";
import { Provisioned } from "./provisioned";

export const LATEST = "$LATEST";

/** How an environment came to be, as `AWS_LAMBDA_INITIALIZATION_TYPE` tells it. */
export type InitializationType = "on-demand" | "provisioned-concurrency";

/** Environments that are kept for a version, and what is published about them. */
export interface Kept {
  readonly environments: Provisioned;
  readonly metrics: ProvisionedMetrics;
}

/** Where an invocation goes: the environments of one version. */
export interface Target {
  readonly deployed: DeployedFunction;
  readonly version: string;
  readonly pool: Pool;
  kept?: Kept;
}

/** A deployed function: `$LATEST`, the version that was published with it, aliases, and the environments of each. */
export class DeployedFunction {
  readonly policy: Map<string, PolicyStatement>;
  private readonly aliases: Map<string, string>;
  private readonly targets = new Map<string, Target>();

  /** @param old what is deployed anew: its resource policy and its aliases stay, its environments have ended */
  constructor(
    readonly config: FunctionConfig,
    readonly share: Share,
    readonly metrics: FunctionMetrics,
    private readonly kernel: Kernel,
    private readonly start: (version: string, type: InitializationType) => Slot,
    old?: DeployedFunction,
  ) {
    this.policy = old?.policy ?? new Map<string, PolicyStatement>();
    this.aliases = old?.aliases ?? new Map<string, string>();
    for (const version of new Set([LATEST, config.version])) {
      this.targets.set(version, { deployed: this, version, pool: new Pool(kernel, () => start(version, "on-demand")) });
    }
  }

  /** False where there is no such version. */
  alias(name: string, version: string): boolean {
    if (!this.targets.has(version)) return false;
    this.aliases.set(name, version);
    return true;
  }

  /** The version or alias that is asked for; undefined where there is none. */
  target(qualifier: string = LATEST): Target | undefined {
    return this.targets.get(this.aliases.get(qualifier) ?? qualifier);
  }

  /** Keeps environments ready for a version, whoever names it. */
  provision(target: Target, executions: number, metrics: ProvisionedMetrics): void {
    target.kept?.environments.stop();
    const start = () => this.start(target.version, "provisioned-concurrency");
    target.kept = { environments: new Provisioned(this.kernel, executions, start), metrics };
  }

  /** Ends every environment. */
  stop(): void {
    for (const { pool, kept } of this.targets.values()) {
      pool.stop();
      kept?.environments.stop();
    }
  }

  /** What is kept ready starts again after a {@link stop}. */
  resume(): void {
    for (const { kept } of this.targets.values()) kept?.environments.resume();
  }
}
