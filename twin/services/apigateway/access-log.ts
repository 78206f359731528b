import type { Cloud } from "../../cloud";
import { logs } from "../logs/index";

/** Where a stage's requests are told, and how: text with `$context.` variables. */
export interface AccessLogSettings {
  readonly group: string;
  readonly format: string;
}

/** Values of `$context.`; what a request has not is `-`. */
export type AccessVariables = Readonly<Record<string, string | undefined>>;

type Part = string | { readonly variable: string };

/** "Variables for access logging for API Gateway" */
const VARIABLE = /\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g;

function partsOf(format: string): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of format.matchAll(VARIABLE)) {
    parts.push(format.slice(end, match.index), { variable: match[1] ?? "" });
    end = match.index + match[0].length;
  }
  return [...parts, format.slice(end)];
}

/** The access logs of a region's stages. API Gateway spreads them over streams of its own; here it is one. */
export class AccessLogs {
  private readonly stages = new Map<string, { readonly group: string; readonly parts: readonly Part[] }>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  set(apiId: string, stage: string, { group, format }: AccessLogSettings): void {
    this.stages.set(`${apiId}/${stage}`, { group, parts: partsOf(format) });
  }

  /** @param variables made only where the stage has an access log */
  write(apiId: string, stage: string, variables: () => AccessVariables): void {
    const settings = this.stages.get(`${apiId}/${stage}`);
    if (!settings) return;
    const values = variables();
    const line = settings.parts.map((part) => (typeof part === "string" ? part : (values[part.variable] ?? "-"))).join("");
    logs(this.cloud, this.region).append(settings.group, line, "access");
  }
}

/** What is known of a request that has been answered. */
interface AnsweredRequest {
  readonly method?: { readonly resourcePath: string };
  readonly principal?: { readonly userArn: string };
  readonly rejected?: string;
  readonly integrationMs?: number;
}

/**
 * @param known what gateway responses know too
 * @param latencyMs from the request's arrival to its answer
 */
export function accessVariables(request: AnsweredRequest, known: AccessVariables, status: number, latencyMs: number): AccessVariables {
  const { method, principal, rejected, integrationMs } = request;
  return {
    ...known,
    status: String(status),
    responseLatency: String(Math.round(latencyMs)),
    resourcePath: method?.resourcePath,
    "identity.userArn": principal?.userArn,
    "error.responseType": rejected,
    integrationLatency: integrationMs === undefined ? undefined : String(Math.round(integrationMs)),
  };
}
