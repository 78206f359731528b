import { arn, stableId } from "../../models/ids";
import { parseApi, type Api, type Method } from "./api";
import type { RestApiConfig } from "./registry";

/** Ids of resources, made once: the same in every simulation. */
const resourceIds = new Map<string, string>();

function resourceId(apiId: string, resourcePath: string): string {
  const key = `${apiId} ${resourcePath}`;
  let id = resourceIds.get(key);
  if (id === undefined) {
    id = stableId(6, apiId, resourcePath);
    resourceIds.set(key, id);
  }
  return id;
}

/** What encodeURI leaves as it is, and most parameters are. */
const PLAIN = /^[\w.~-]*$/;

const encoded = (parameter: string): string => (PLAIN.test(parameter) ? parameter : encodeURI(parameter));

/** A method of a stage, with all that is the same for each of its requests. */
export class Endpoint {
  /** As `requestContext` shows it. */
  readonly resourceId: string;
  /** As method settings name it: `payments/POST`, `~1/GET`. */
  readonly settingsPath: string;
  /** The resource's path: texts, and between them the names of its parameters. */
  private readonly pieces: readonly string[];
  /** Of a path without parameters, asked for by the method's own name. */
  private readonly plainArn: string;

  constructor(
    readonly stage: Stage,
    readonly method: Method,
  ) {
    const { resourcePath, httpMethod } = method;
    this.resourceId = resourceId(stage.apiId, resourcePath);
    this.settingsPath = `${resourcePath === "/" ? "~1" : resourcePath.slice(1)}/${httpMethod}`;
    this.pieces = resourcePath.split(/\{(\w+)\+?\}/);
    this.plainArn = `${stage.executionArn}/${httpMethod}${resourcePath}`;
  }

  /** `arn:aws:execute-api:…/<stage>/<METHOD>/<path>`: however the request wrote its path, its ARN is the same. */
  arnOf(httpMethod: string, parameters: Readonly<Record<string, string>> | undefined): string {
    if (!parameters && httpMethod === this.method.httpMethod) return this.plainArn;
    let path = `${this.stage.executionArn}/${httpMethod}`;
    for (const [index, piece] of this.pieces.entries()) path += index % 2 === 0 ? piece : encoded(parameters?.[piece] ?? "");
    return path;
  }
}

/** A deployment's snapshot as a stage serves it. */
export class Stage {
  /** `<api>/<stage>` */
  readonly key: string;
  /** `arn:aws:execute-api:<region>:<account>:<api>/<stage>` */
  readonly executionArn: string;
  readonly stageVariables: Readonly<Record<string, string>> | undefined;
  private read: { readonly api: Api; readonly binary: readonly string[] } | undefined;
  private readonly endpoints = new Map<Method, Endpoint>();

  constructor(
    readonly apiId: string,
    readonly name: string,
    readonly snapshot: RestApiConfig,
    variables: Readonly<Record<string, string>>,
    region: string,
    readonly accountId: string,
  ) {
    this.key = `${apiId}/${name}`;
    this.executionArn = arn("execute-api", region, accountId, this.key);
    this.stageVariables = Object.keys(variables).length === 0 ? undefined : variables;
  }

  get api(): Api {
    return this.compiled().api;
  }

  endpoint(method: Method): Endpoint {
    let endpoint = this.endpoints.get(method);
    if (!endpoint) {
      endpoint = new Endpoint(this, method);
      this.endpoints.set(method, endpoint);
    }
    return endpoint;
  }

  /** Does a content type count as binary? A star stands for any subtype, or any type at all. "Working with binary media types for REST APIs". */
  isBinary(contentType: string): boolean {
    const { binary } = this.compiled();
    if (binary.length === 0) return false;
    const [type = "", subtype] = (contentType.split(";")[0] ?? "").trim().toLowerCase().split("/");
    return binary.some((one) => one === "*/*" || one === `${type}/*` || one.toLowerCase() === `${type}/${subtype ?? ""}`);
  }

  /** Read when it is asked for first. */
  private compiled(): { readonly api: Api; readonly binary: readonly string[] } {
    if (!this.read) {
      const api = parseApi(this.snapshot.body);
      this.read = { api, binary: [...api.binaryMediaTypes, ...this.snapshot.binaryMediaTypes] };
    }
    return this.read;
  }
}
