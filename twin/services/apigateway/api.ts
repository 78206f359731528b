import { functionOfUri, isObject, members, OPERATION_KEYS, type Json } from "../../../rules/apigateway-document";
import { INTEGRATION_TIMEOUT_MS } from "../../../rules/apigateway";
import type { GatewayResponse } from "./responses";
import { compileModel, type ModelCheck } from "./schema";

export type ParameterPlace = "header" | "query" | "path";

export interface Method {
  /** Upper case; `ANY` for a method that stands for all others. */
  readonly httpMethod: string;
  readonly resourcePath: string;
  /** IAM authorization: the request must be signed. */
  readonly iam: boolean;
  /** Parameters that the validator asks for; empty where it does not validate parameters. */
  readonly required: readonly { readonly place: ParameterPlace; readonly name: string }[];
  /** Models by media type (`$default` = any); empty where the validator does not validate bodies. */
  readonly models: ReadonlyMap<string, ModelCheck>;
  /** The function behind it; undefined = an integration that the twin does not have. */
  readonly functionArn: string | undefined;
  readonly timeoutMs: number;
}

/** Takes one segment of a path, decoded; a parameter any but an empty one, a greedy parameter all that are left. */
export interface Segment {
  readonly kind: "literal" | "parameter" | "greedy";
  /** The literal, or the parameter's name. */
  readonly text: string;
}

export interface Resource {
  /** e.g. `/payments/{paymentId}` */
  readonly path: string;
  readonly segments: readonly Segment[];
  /** By HTTP method, upper case; `ANY` for the rest. */
  readonly methods: ReadonlyMap<string, Method>;
}

/** An OpenAPI document as API Gateway understands it. */
export interface Api {
  /** The most specific first: a literal segment before a parameter, a parameter before a greedy one. */
  readonly resources: readonly Resource[];
  /** By their paths: resources whose own path, as it is written, leads to no other resource. */
  readonly literals: ReadonlyMap<string, Resource>;
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
  readonly binaryMediaTypes: readonly string[];
}

const parsed = new Map<string, Api>();
/** Documents kept: a simulation brings the same two APIs to life thousands of times. */
const KEPT = 32;

/** Reads a document that rules/apigateway-document.ts has found in order. Pure; results are kept, since models are compiled. */
export function parseApi(body: string): Api {
  let api = parsed.get(body);
  if (!api) {
    api = readApi(JSON.parse(body) as Json); // checked by the model of RestApi
    if (parsed.size >= KEPT) parsed.clear();
    parsed.set(body, api);
  }
  return api;
}

function readApi(document: Json): Api {
  const resources = members(document["paths"]).map(([path, item]): Resource => {
    const methods = members(item)
      .filter(([key]) => OPERATION_KEYS.some((known) => known === key))
      .map(([key, operation]) => {
        const place = { httpMethod: key === "x-amazon-apigateway-any-method" ? "ANY" : key.toUpperCase(), resourcePath: path };
        return readMethod(place, isObject(operation) ? operation : {}, isObject(item) ? item : {}, document);
      });
    const segments = path === "/" ? [] : path.split("/").slice(1).map(readSegment);
    return { path, segments, methods: new Map(methods.map((method) => [method.httpMethod, method])) };
  });
  const binary = document["x-amazon-apigateway-binary-media-types"];
  return {
    resources: resources.sort(bySpecificity),
    literals: new Map(resources.filter(isLiteral).map((resource) => [resource.path, resource])),
    gatewayResponses: new Map(members(document["x-amazon-apigateway-gateway-responses"]).map(([type, response]) => [type, readResponse(response)])),
    binaryMediaTypes: Array.isArray(binary) ? binary.map(String) : [],
  };
}

function readSegment(segment: string): Segment {
  if (segment.endsWith("+}")) return { kind: "greedy", text: segment.slice(1, -2) };
  return segment.startsWith("{") ? { kind: "parameter", text: segment.slice(1, -1) } : { kind: "literal", text: segment };
}

/** Nothing in its path to capture or to decode. */
const isLiteral = ({ path, segments }: Resource): boolean => !path.includes("%") && segments.every(({ kind }) => kind === "literal");

const RANKS = { literal: 0, parameter: 2, greedy: 3 } as const;

const rank = (segment: Segment | undefined): number => (segment === undefined ? 1 : RANKS[segment.kind]);

function bySpecificity(a: Resource, b: Resource): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Follows `{"$ref": "#/components/…"}` once. */
function resolve(value: unknown, document: Json): Json {
  if (!isObject(value)) return {};
  const reference = value["$ref"];
  if (typeof reference !== "string") return value;
  const found = reference.split("/").slice(1).reduce<unknown>((node, key) => (isObject(node) ? node[key] : undefined), document);
  return isObject(found) ? found : {};
}

function readMethod(place: Pick<Method, "httpMethod" | "resourcePath">, operation: Json, item: Json, document: Json): Method {
  const validator = validatorOf(operation, document);
  const integration = isObject(operation["x-amazon-apigateway-integration"]) ? operation["x-amazon-apigateway-integration"] : {};
  const { uri, type, timeoutInMillis } = integration;
  const parameters = [item["parameters"], operation["parameters"]].flatMap((list) => (Array.isArray(list) ? list : []));
  const isProxy = String(type).toLowerCase() === "aws_proxy";
  return {
    ...place,
    iam: isIam(operation, document),
    required: validator["validateRequestParameters"] === true ? parameters.flatMap((given) => requiredParameter(resolve(given, document))) : [],
    models: validator["validateRequestBody"] === true ? readModels(operation, document) : new Map<string, ModelCheck>(),
    functionArn: isProxy ? functionOfUri(String(uri)) : undefined,
    timeoutMs: typeof timeoutInMillis === "number" ? timeoutInMillis : INTEGRATION_TIMEOUT_MS.max,
  };
}

/** The operation's validator, else the document's. "x-amazon-apigateway-request-validator property". */
function validatorOf(operation: Json, document: Json): Json {
  const key = "x-amazon-apigateway-request-validator";
  const name = String(operation[key] ?? document[key] ?? "");
  const validators = document["x-amazon-apigateway-request-validators"];
  const validator = isObject(validators) ? validators[name] : undefined;
  return isObject(validator) ? validator : {};
}

/** "x-amazon-apigateway-authtype property", "x-amazon-apigateway-auth object". */
function isIam(operation: Json, document: Json): boolean {
  const auth = operation["x-amazon-apigateway-auth"];
  if (isObject(auth)) return auth["type"] === "AWS_IAM";
  const security = Array.isArray(operation["security"]) ? operation["security"] : [];
  const components = isObject(document["components"]) ? document["components"] : {};
  const schemes = isObject(components["securitySchemes"]) ? components["securitySchemes"] : {};
  return security.some((requirement) =>
    members(requirement).some(([name]) => {
      const scheme = schemes[name];
      return isObject(scheme) && scheme["x-amazon-apigateway-authtype"] === "awsSigv4";
    }),
  );
}

function requiredParameter({ name, in: place, required }: Json): Method["required"] {
  if (required !== true || typeof name !== "string") return [];
  return place === "header" || place === "query" || place === "path" ? [{ place, name }] : [];
}

function readModels(operation: Json, document: Json): ReadonlyMap<string, ModelCheck> {
  const components = isObject(document["components"]) ? document["components"] : {};
  const schemas = isObject(components["schemas"]) ? components["schemas"] : {};
  const { content } = resolve(operation["requestBody"], document);
  return new Map(
    members(content).flatMap(([mediaType, media]): [string, ModelCheck][] => {
      const schema = isObject(media) ? media["schema"] : undefined;
      return isObject(schema) ? [[mediaType.toLowerCase(), compileModel(schema, schemas)]] : [];
    }),
  );
}

function readResponse(response: unknown): GatewayResponse {
  const { statusCode, responseParameters, responseTemplates } = isObject(response) ? response : {};
  const template = isObject(responseTemplates) ? responseTemplates["application/json"] : undefined;
  return {
    status: statusCode === undefined ? undefined : Number(statusCode),
    headers: members(responseParameters).map(([name, value]) => [name.replace("gatewayresponse.header.", "").toLowerCase(), String(value)] as const),
    template: typeof template === "string" ? template : undefined,
  };
}
