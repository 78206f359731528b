import type { Cloud } from "../../cloud";
import { logs } from "../logs/index";

export interface LogLine {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly line: string;
}

/** What a region's functions write into their log groups. */
export class FunctionLogs {
  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  /** @param stream of the execution environment; without it the group's newest */
  append(group: string, line: string, stream?: string): void {
    logs(this.cloud, this.region).append(group, line, stream);
    this.cloud.kernel.record("lambda.log", { region: this.region, group, line });
  }

  /** The newest lines of a group, oldest first; none where there is no such group yet. */
  read(group: string): readonly LogLine[] {
    const found = logs(this.cloud, this.region).groups().find(({ spec }) => spec.name === group);
    return (found?.events() ?? []).map(({ at, message }) => ({ at, line: message }));
  }
}
