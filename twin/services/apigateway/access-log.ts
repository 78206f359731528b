import type { Cloud } from "../../cloud";
import { logs, type LazyLine } from "../logs/index";
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

/** A whole value of a format that is JSON. */
const WHOLE = /^\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)$/;

/** Values that a client may fill with quotes: a line with one may not be the JSON that its format is. */
const UNSAFE: ReadonlySet<string> = new Set(["path", "domainName"]);

/** The members of a format that is a JSON object of variables; undefined where a line must be parsed to be known. */
function membersOf(format: string): ReadonlyMap<string, Variable> | undefined {
  const members = new Map<string, Variable>();
  for (const [name, value] of Object.entries(jsonObject(format))) {
    const [, variable] = typeof value === "string" ? (WHOLE.exec(value) ?? []) : [];
    if (variable === undefined || UNSAFE.has(variable)) return undefined;
    members.set(name, ACCESS_LOG_VARIABLES.get(variable) ?? (() => undefined));
  }
  return members.size === 0 ? undefined : members;
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

/** A line of an answered request, of which nothing changes any more. */
class AccessLine implements LazyLine {
  constructor(
    protected readonly settings: Settings,
    protected readonly exchange: Exchange,
  ) {}

  text(): string {
    return lineOf(this.settings.parts, this.exchange);
  }
}

class JsonAccessLine extends AccessLine {
  member(path: readonly string[]): unknown {
    const [name = "", ...inner] = path;
    const variable = this.settings.members?.get(name);
    return variable && inner.length === 0 ? (variable(this.exchange) ?? "-") : undefined;
  }
}

interface Settings {
  readonly group: string;
  readonly parts: readonly (string | Variable)[];
  readonly members: ReadonlyMap<string, Variable> | undefined;
}

/** The access logs of a region's stages. API Gateway spreads them over streams of its own; here it is one. */
export class AccessLogs {
  private readonly stages = new Map<string, Settings>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  set(apiId: string, stage: string, { group, format }: AccessLogSettings): void {
    this.stages.set(`${apiId}/${stage}`, { group, parts: partsOf(format), members: membersOf(format) });
  }

  /** Tells of an answered request where its stage has an access log. */
  write(exchange: Exchange): void {
    const settings = this.stages.get(exchange.stage.key);
    if (!settings) return;
    const line = settings.members ? new JsonAccessLine(settings, exchange) : new AccessLine(settings, exchange);
    logs(this.cloud, this.region).append(settings.group, line, "access");
  }
}
