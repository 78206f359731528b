import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud";
import type { Graph, GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";

/** Where a resource is made: what AWS knows besides its inputs. */
export interface Place {
  readonly accountId: string;
  /** The provider's region. Global services (IAM, Route 53) ignore it. */
  readonly region: string;
  /** The logical name in the program. */
  readonly name: string;
}

/** A resource that becomes alive: its inputs and outputs, and the contents of its assets. */
export interface LiveResource<Args> {
  readonly inputs: pulumi.Unwrap<Args>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly resource: GraphResource;
  /** Contents by SHA-256, see AssetRef. */
  readonly blobs: ReadonlyMap<string, string>;
}

/** What AWS would refuse in one property: {@link Refusal} without the resource, which the caller knows. */
export type Objection = Omit<Refusal, "resource">;

/** The functions of what has been deployed so far. */
export interface DeployedSoFar {
  /** Runs a function of a region and answers its result. Rejects where it fails. */
  invoke(region: string, functionName: string, payload: unknown): Promise<unknown>;
}

/** One resource type: what AWS would refuse, what it would answer, what it becomes. `Args` is the class's own args type. */
export interface ResourceModel<Args> {
  readonly type: string;
  /** True for services without a region (IAM, Route 53). */
  readonly global?: boolean;
  /** Objections that the inputs alone justify; none = AWS would accept. Rules live in rules/. */
  check(inputs: pulumi.Unwrap<Args>, place: Place): readonly Objection[];
  /** The id and every output that AWS adds to the inputs (which are always outputs too). */
  outputs(inputs: pulumi.Unwrap<Args>, place: Place): { readonly id: string; readonly outputs: Readonly<Record<string, unknown>> };
  /** Outputs that are known only by running deployed code, beside {@link outputs}. Rejects where that fails: the deployment does then. */
  run?(inputs: pulumi.Unwrap<Args>, place: Place, deployed: DeployedSoFar): Promise<Readonly<Record<string, unknown>>>;
  /** Properties whose change replaces the resource. */
  readonly replaceOn: readonly (keyof Args & string)[];
  /** Brings it to life. Called in the graph's order. */
  live?(live: LiveResource<Args>, cloud: Cloud): void;
}

/** Inputs as the mocks hand them over: plain JSON. */
export type PlainInputs = Readonly<Record<string, unknown>>;

/** A model whose args type has been forgotten, for tables of models. */
export interface AnyModel {
  readonly type: string;
  readonly global?: boolean;
  check(inputs: PlainInputs, place: Place): readonly Objection[];
  outputs(inputs: PlainInputs, place: Place): { readonly id: string; readonly outputs: PlainInputs };
  run?(inputs: PlainInputs, place: Place, deployed: DeployedSoFar): Promise<PlainInputs>;
  readonly replaceOn: readonly string[];
  live?(live: Omit<LiveResource<unknown>, "inputs"> & { readonly inputs: PlainInputs }, cloud: Cloud): void;
}

/** Checks the model's shape against the class's args, and forgets them. */
export const defineModel = <Args>(model: ResourceModel<Args>): AnyModel => model as unknown as AnyModel; // the table is untyped: inputs come from outside

/** An invoke (`aws.getCallerIdentity` …): its token and its answer. */
export interface InvokeModel {
  readonly token: string;
  /** Throws a Refusal's message as an Error where AWS would not find what is asked. */
  answer(args: Readonly<Record<string, unknown>>, place: Place): Readonly<Record<string, unknown>>;
}

/** A rule across resources. */
export type GraphRule = (graph: Graph) => readonly Refusal[];

/** The models of one AWS service. */
export interface ServiceModels {
  readonly resources: readonly AnyModel[];
  readonly invokes?: readonly InvokeModel[];
  readonly graph?: GraphRule;
}
