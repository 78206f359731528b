import type { Cloud } from "../../cloud";
import type { Dimensions } from "../cloudwatch/board";
import type { Series } from "../cloudwatch/series";
import type { Exchange } from "./exchange";
import type { Endpoint, Stage } from "./stage";

interface RequestSeries {
  readonly count: Series;
  readonly clientErrors: Series;
  readonly serverErrors: Series;
  readonly latency: Series;
  readonly integrationLatency: Series;
}

/**
 * What API Gateway publishes in its region under AWS/ApiGateway. Developer guide, "Amazon API Gateway dimensions and
 * metrics": by ApiName, by ApiName and Stage; by method too, but only where the stage's settings switch detailed
 * metrics on. Errors are 0 or 1 for each request, so that their average is the rate.
 */
export class ApiMetrics {
  /** By what a request came to: nothing is put together for one that is like another. */
  private readonly known = new Map<Stage | Endpoint, readonly RequestSeries[]>();
  private readonly detailed = new Map<string, boolean>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {}

  /** @param methodPath `*` + `/*` for the whole stage, or e.g. `payments/POST` */
  setDetailed(apiId: string, stage: string, methodPath: string, enabled: boolean): void {
    this.detailed.set(`${apiId}/${stage} ${methodPath}`, enabled);
    this.known.clear();
  }

  /** Counts an answered request. */
  count(exchange: Exchange): void {
    const { stage, endpoint } = exchange;
    let all = this.known.get(endpoint ?? stage);
    if (!all) {
      all = this.dimensionsOf(stage, endpoint).map((dimensions) => this.series(dimensions));
      this.known.set(endpoint ?? stage, all);
    }
    for (const series of all) add(series, exchange);
  }

  private dimensionsOf({ snapshot, name }: Stage, endpoint: Endpoint | undefined): readonly Dimensions[] {
    const api = { ApiName: snapshot.name };
    const stage = { ...api, Stage: name };
    if (!endpoint || !this.isDetailed(endpoint)) return [api, stage];
    const { resourcePath, httpMethod } = endpoint.method;
    return [api, stage, { ...stage, Resource: resourcePath, Method: httpMethod }];
  }

  private isDetailed({ stage: { key }, settingsPath }: Endpoint): boolean {
    return this.detailed.get(`${key} ${settingsPath}`) ?? this.detailed.get(`${key} */*`) ?? false;
  }

  private series(dimensions: Dimensions): RequestSeries {
    const of = (name: string): Series => this.cloud.metrics.series(this.region, "AWS/ApiGateway", name, dimensions);
    return { count: of("Count"), clientErrors: of("4XXError"), serverErrors: of("5XXError"), latency: of("Latency"), integrationLatency: of("IntegrationLatency") };
  }
}

function add(series: RequestSeries, { status, latencyMs, integrationMs }: Exchange): void {
  series.count.add(1);
  series.clientErrors.add(status >= 400 && status < 500 ? 1 : 0);
  series.serverErrors.add(status >= 500 ? 1 : 0);
  series.latency.add(latencyMs);
  if (integrationMs !== undefined) series.integrationLatency.add(integrationMs);
}
