import type { FaultCheck } from "../../kernel/faults";
import { Stage } from "./stage";

/** An API as it is configured. */
export interface RestApiConfig {
  readonly name: string;
  /** The OpenAPI document as JSON. */
  readonly body: string;
  readonly disableExecuteApiEndpoint: boolean;
  readonly binaryMediaTypes: readonly string[];
}

export interface DomainConfig {
  readonly domainName: string;
  /** `d-….execute-api.<region>.amazonaws.com` */
  readonly regionalDomainName: string;
  readonly securityPolicy: string;
}

interface Mapping {
  /** Empty for the root. */
  readonly basePath: string;
  readonly apiId: string;
  readonly stage: string | undefined;
}

/** Where a host and path lead: an API's stage, and the path that is left. */
export interface Site {
  readonly stage: Stage;
  readonly path: string;
}

/** `/first/rest` -> `first` and `/rest`. */
function split(path: string): readonly [string, string] {
  const end = path.indexOf("/", 1);
  return end < 0 ? [path.slice(1), "/"] : [path.slice(1, end), path.slice(end)];
}

/** What one region's API Gateway has: APIs, deployments, stages, custom domains and their mappings. */
export class Registry {
  private readonly apis = new Map<string, RestApiConfig>();
  private readonly deployments = new Map<string, RestApiConfig>();
  /** By API, then by name: looked up at every request, so no key is put together. */
  private readonly stages = new Map<string, Map<string, Stage>>();
  private readonly domains = new Map<string, DomainConfig>();
  private readonly mappings = new Map<string, Map<string, Mapping>>();

  constructor(
    private readonly region: string,
    private readonly accountId: string,
  ) {}

  putApi(id: string, config: RestApiConfig): void {
    this.apis.set(id, config);
  }

  deploy(deploymentId: string, apiId: string): void {
    const config = this.apis.get(apiId);
    if (!config) throw new Error(`deployment ${deploymentId}: there is no API ${apiId} in this region`);
    this.deployments.set(deploymentId, config);
  }

  putStage(apiId: string, name: string, deploymentId: string, variables: Readonly<Record<string, string>>): void {
    const snapshot = this.deployments.get(deploymentId);
    if (!snapshot) throw new Error(`stage ${name}: there is no deployment ${deploymentId} in this region`);
    const stages = this.stages.get(apiId) ?? new Map<string, Stage>();
    this.stages.set(apiId, stages.set(name, new Stage(apiId, name, snapshot, variables, this.region, this.accountId)));
  }

  addDomain(config: DomainConfig): void {
    this.domains.set(config.domainName.toLowerCase(), config);
  }

  listDomains(): readonly DomainConfig[] {
    return [...this.domains.values()];
  }

  /** A fault that takes away a certificate needs one that is there. */
  certificateCheck(): FaultCheck {
    return ({ kind, region, host }) => {
      if (kind !== "certificate" || region !== this.region || host === undefined || this.domains.has(host.toLowerCase())) return undefined;
      return `host: got ${JSON.stringify(host)}; custom domains in ${this.region}: ${[...this.domains.keys()].join(", ") || "none"}`;
    };
  }

  /** The custom domain that serves a host: its own, or one with a star for the first label. */
  domain(host: string): DomainConfig | undefined {
    // Most hosts are written as the domain is.
    const exact = this.domains.get(host);
    if (exact) return exact;
    const name = host.toLowerCase();
    return this.domains.get(name) ?? this.domains.get(name.replace(/^[^.]+/, "*"));
  }

  map(domainName: string, mapping: Mapping): void {
    const key = domainName.toLowerCase();
    const known = this.mappings.get(key) ?? new Map<string, Mapping>();
    this.mappings.set(key, known.set(mapping.basePath, mapping));
  }

  /** "Use API mappings …": the mapping of the path's first segment, else the root's. */
  locate(domainName: string, path: string): Site | undefined {
    const known = this.mappings.get(domainName) ?? this.mappings.get(domainName.toLowerCase());
    if (!known) return undefined;
    const root = known.get("");
    if (root && known.size === 1) return this.site(root, path);
    const [first, rest] = split(path);
    const own = first === "" ? undefined : known.get(first);
    if (own) return this.site(own, rest);
    return root && this.site(root, path);
  }

  /** The API's own endpoint: the host's first label names the API, the path's first segment the stage. */
  locateDefault(host: string, path: string): Site | undefined {
    return this.site({ apiId: host.split(".")[0] ?? "", stage: undefined }, path);
  }

  /** @param path what the mapping left of it */
  private site({ apiId, stage: name }: Pick<Mapping, "apiId" | "stage">, path: string): Site | undefined {
    const [first, left] = name === undefined ? split(path) : [name, path];
    const stage = this.stages.get(apiId)?.get(first);
    return stage && { stage, path: left };
  }
}
