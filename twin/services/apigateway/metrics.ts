import type { Cloud } from "../../cloud";
import type { Series } from "../cloudwatch/series";

interface RequestSeries {
  readonly count: Series;
  readonly clientErrors: Series;
  readonly serverErrors: Series;
  readonly latency: Series;
  readonly integrationLatency: Series;
}

/** One answered request of a stage. */
export interface MeasuredRequest {
  readonly apiName: string;
  readonly apiId: string;
  readonly stage: string;
  /** Undefined where no method was found. */
  readonly method: { readonly resourcePath: string; readonly httpMethod: string } | undefined;
  readonly status: number;
  readonly latencyMs: number;
  /** Undefined where the integration was not asked. */
  readonly integrationMs: number | undefined;
}

/**
 * What API Gateway publishes in its region under AWS/ApiGateway. Developer guide, "Amazon API Gateway dimensions and
 * metrics": by ApiName, by ApiName and Stage; by method too, but only where the stage's settings switch detailed
 * metrics on. Errors are 0 or 1 for each request, so that their average is the rate.
 */
export class ApiMetrics {
  private readonly known = new Map<string, RequestSeries>();
  private readonly detailed = new Map<string, boolean>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  /** @param methodPath `*` + `/*` for the whole stage, or e.g. `payments/POST` */
  setDetailed(apiId: string, stage: string, methodPath: string, enabled: boolean): void {
    this.detailed.set(`${apiId}/${stage} ${methodPath}`, enabled);
  }

  count(request: MeasuredRequest): void {
    const { apiName, stage, method } = request;
    add(this.series(apiName, { ApiName: apiName }), request);
    add(this.series(`${apiName}\n${stage}`, { ApiName: apiName, Stage: stage }), request);
    if (!method || !this.isDetailed(request, method)) return;
    const { resourcePath, httpMethod } = method;
    const dimensions = { ApiName: apiName, Stage: stage, Resource: resourcePath, Method: httpMethod };
    add(this.series(`${apiName}\n${stage}\n${resourcePath}\n${httpMethod}`, dimensions), request);
  }

  private isDetailed({ apiId, stage }: MeasuredRequest, { resourcePath, httpMethod }: NonNullable<MeasuredRequest["method"]>): boolean {
    const path = resourcePath === "/" ? "~1" : resourcePath.slice(1);
    return this.detailed.get(`${apiId}/${stage} ${path}/${httpMethod}`) ?? this.detailed.get(`${apiId}/${stage} */*`) ?? false;
  }

  private series(key: string, dimensions: Readonly<Record<string, string>>): RequestSeries {
    let found = this.known.get(key);
    if (!found) {
      const of = (name: string): Series => this.cloud.metrics.series(this.region, "AWS/ApiGateway", name, dimensions);
      found = { count: of("Count"), clientErrors: of("4XXError"), serverErrors: of("5XXError"), latency: of("Latency"), integrationLatency: of("IntegrationLatency") };
      this.known.set(key, found);
    }
    return found;
  }
}

function add(series: RequestSeries, { status, latencyMs, integrationMs }: MeasuredRequest): void {
  series.count.add(1);
  series.clientErrors.add(status >= 400 && status < 500 ? 1 : 0);
  series.serverErrors.add(status >= 500 ? 1 : 0);
  series.latency.add(latencyMs);
  if (integrationMs !== undefined) series.integrationLatency.add(integrationMs);
}
