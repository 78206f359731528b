import * as pulumi from "@pulumi/pulumi";

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Without the namespace, e.g. `healthCheck.interval`. */
  readonly key: string;
  readonly given: string;
  readonly allowed: string;
  /** The command that sets it right. */
  readonly fix: string;
}

const line = ({ key, given, allowed, fix }: ConfigProblem): string => `tap:${key}: got ${given}; allowed ${allowed}; ${fix}`;

/** All that is wrong with the configuration at once. A RunError, so that the Pulumi CLI shows the message without a stack trace. */
export class ConfigError extends pulumi.RunError {
  readonly code = "CONFIG";
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(["the configuration is refused, nothing was registered:", ...problems.map(line)].join("\n  "));
    this.problems = problems;
  }
}
