import { ofType, type Graph } from "../../twin/deploy/graph";
import type { Purpose } from "./dependency";

/** A function behind a route of an API. */
export interface RoutedFunction {
  /** Method and path, e.g. `POST /payments`. */
  readonly route: string;
  readonly purpose: Purpose;
  /** Its ARN, with the alias where one is called. */
  readonly function: string;
}

interface OpenApi {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly securitySchemes?: unknown };
}

/** "x-amazon-apigateway-integration object", "x-amazon-apigateway-authorizer object": both name functions by URI. */
const functionsIn = (part: unknown): readonly string[] =>
  [...(JSON.stringify(part) ?? "").matchAll(/functions\/(arn:aws[a-z-]*:lambda:[^/"]+)\/invocations/g)].flatMap(([, arn]) => arn ?? []);

/** The functions that a region's API calls for the routes: behind them, and before them as authorizers. */
export function ofRoutes(graph: Graph, region: string, routes: Readonly<Record<string, readonly Purpose[]>>): readonly RoutedFunction[] {
  return ofType(graph, "aws:apigateway/restApi:RestApi")
    .filter((api) => api.region === region)
    .flatMap(({ inputs }) => {
      const { paths = {}, components } = JSON.parse(String(inputs["body"])) as OpenApi; // the model has checked the document
      return Object.entries(routes).flatMap(([route, purposes]) => {
        const [method = "", path = ""] = route.split(" ");
        const operation = paths[path]?.[method.toLowerCase()];
        const called = operation === undefined ? [] : [...functionsIn(operation), ...functionsIn(components?.securitySchemes)];
        return called.flatMap((arn) => purposes.map((purpose) => ({ route, purpose, function: arn })));
      });
    });
}
