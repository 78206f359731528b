import type { Cloud } from "../../cloud";
import { logs } from "../logs/index";
import { ACCESS_LOG_VARIABLES, type Exchange, type Variable } from "./exchange";

/** Where a stage's requests are told, and how: text with `$context.` variables. */
export interface AccessLogSettings {
  readonly group: string;
  readonly format: string;
}

/** "Variables for access logging for API Gateway" */
const VARIABLE = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g;

/** A format's texts and variables in their order; what a request has not is `-`. */
function partsOf(format: string): readonly (string | Variable)[] {
  const parts: (string | Variable)[] = [];
  let end = 0;
  for (const match of format.matchAll(VARIABLE)) {
    parts.push(format.slice(end, match.index), ACCESS_LOG_VARIABLES.get(match[1] ?? "") ?? "-");
    end = match.index + match[0].length;
  }
  return [...parts, format.slice(end)];
}

function lineOf(parts: readonly (string | Variable)[], exchange: Exchange): string {
  let line = "";
  for (const part of parts) line += typeof part === "string" ? part : (part(exchange) ?? "-");
  return line;
}

/** The access logs of a region's stages. API Gateway spreads them over streams of its own; here it is one. */
export class AccessLogs {
  private readonly stages = new Map<string, { readonly group: string; readonly parts: readonly (string | Variable)[] }>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  set(apiId: string, stage: string, { group, format }: AccessLogSettings): void {
    this.stages.set(`${apiId}/${stage}`, { group, parts: partsOf(format) });
  }

  /** Tells of an answered request where its stage has an access log. */
  write(exchange: Exchange): void {
    const settings = this.stages.get(exchange.stage.key);
    if (settings) logs(this.cloud, this.region).append(settings.group, lineOf(settings.parts, exchange), "access");
  }
}
