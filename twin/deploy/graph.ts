import type { Refusal } from "../errors";

/** A resource as the program registered it and as its model answered. */
export interface GraphResource {
  readonly urn: string;
  /** e.g. `aws:dynamodb/table:Table` */
  readonly type: string;
  /** The logical name in the program. */
  readonly name: string;
  /** Provider-assigned id, as AWS's provider makes it. */
  readonly id: string;
  /** The region it lives in; undefined for global services (IAM, Route 53). */
  readonly region?: string;
  /** The URN of the parent. */
  readonly parent?: string;
  /** Plain values: secrets unwrapped, assets as {@link AssetRef}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly options: ResourceOptions;
}

export interface ResourceOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly ignoreChanges: readonly string[];
  /** True when the program named a provider, itself or by its parent; false = the default provider. */
  readonly explicitProvider: boolean;
}

/** An archive's files by their content's SHA-256; the contents are in {@link Deployment.blobs}. */
export interface AssetRef {
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
}

/** What the program asks for. Plain JSON. */
export interface Graph {
  /** In the order of registration: a resource comes after all that it depends on. */
  readonly resources: readonly GraphResource[];
  /** The stack's outputs. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly refusals: readonly Refusal[];
}

/** The graph, and the contents of its assets by SHA-256. */
export interface Deployment {
  readonly graph: Graph;
  readonly blobs: ReadonlyMap<string, string>;
}

/** The resources of a type. */
export const ofType = (graph: Graph, type: string): readonly GraphResource[] =>
  graph.resources.filter((resource) => resource.type === type);
