import { AwsError } from "./errors";
import { Door, type LatencyModel } from "./kernel/door";
import { FaultBoard, type CallingProcess, type Route } from "./kernel/faults";
import type { Kernel } from "./kernel/kernel";
import { resourceOf } from "./kernel/resource";
import { Network } from "./network";
import { MetricBoard } from "./services/cloudwatch/board";
import type { FunctionHost } from "./services/lambda/host";
import { vpc, type NetworkAttachment, type Way } from "./services/vpc/index";

/** Who makes a call. */
export interface Caller {
  /** The region the caller runs in; undefined for callers outside AWS. */
  readonly region?: string;
  /** The ARN of the role or user; undefined for the account's owner (tests, the wire door until it verifies). */
  readonly principal?: string;
  /** The session was opened with a second factor. */
  readonly mfa?: true;
  /** Where the caller stands in a VPC; undefined for callers outside one, who reach everything. */
  readonly network?: NetworkAttachment;
  /** The function's process that calls. */
  readonly process?: CallingProcess;
}

/** One SDK operation of a service in one region: synchronous state change behind the door. Throws {@link AwsError}. */
export type Operation = (input: never, caller: Caller) => unknown;

/** The operations of a service by their SDK names, e.g. `PutItem`. */
export type Operations = Readonly<Record<string, Operation>>;

/** One action on one resource that a caller must be allowed. */
export interface AccessRequest {
  /** As policies name it, e.g. `dynamodb:PutItem`. */
  readonly action: string;
  /** The resource's ARN; `*` for actions that AWS ties to no resource. */
  readonly resource: string;
  /** Whose resource policy speaks too, where that is not `resource` itself: an object's bucket, after whose ARN and a slash its own goes on. */
  readonly policyOf?: string;
  /** Asked by the service in the caller's name, so not over the caller's network. IAM user guide, "Forward access sessions". */
  readonly forwarded?: true;
  /** The service's own condition keys; made only where a policy asks for them. */
  readonly context?: () => Readonly<Record<string, string | readonly string[]>>;
}

/** What a service's operations need, by their SDK names, published beside them. An operation without an entry is denied to roles. */
export interface AccessRules {
  readonly needs: Readonly<Record<string, (input: never, caller: Caller) => readonly AccessRequest[]>>;
  /** The service's own exception; default AccessDeniedException, status 400. */
  readonly denied?: (message: string) => AwsError;
  /** Operations that only say, by name, that this twin does not have them. */
  readonly refused?: readonly string[];
}

/**
 * Judges calls of callers with a principal: the message of a refusal, undefined = allowed. `needs` undefined = the operation has
 * no rule; `way` undefined = the caller stands in no VPC.
 */
export type Guard = (route: Route, needs: readonly AccessRequest[] | undefined, caller: Caller, way: Way | undefined) => string | undefined;

/** Hears how each call of a service ended, `ms` after it was made; `error` undefined = well. Must be quick and never throw. */
export type Meter = (route: Route, input: unknown, ms: number, error: unknown) => void;

/** What callers reach of a service in a region. */
interface Published {
  operations: Operations | undefined;
  access: AccessRules | undefined;
  meter: Meter | undefined;
}

const UNPUBLISHED: Published = { operations: undefined, access: undefined, meter: undefined };

function inner<T>(maps: Map<string, Map<string, T>>, key: string): Map<string, T> {
  let map = maps.get(key);
  if (!map) {
    map = new Map<string, T>();
    maps.set(key, map);
  }
  return map;
}

export interface CloudOptions {
  readonly kernel: Kernel;
  readonly latency: LatencyModel;
  /** Runs the functions' code: worker threads in real time, in process in virtual time. */
  readonly functions: FunctionHost;
  readonly accountId: string;
}

/**
 * The living cloud: one account, its regions' services, the network between them, the faults in force. It knows of no
 * service in particular: each one is made on first use by the module that owns it (`dynamodb(cloud, region)` …).
 */
export class Cloud {
  readonly kernel: Kernel;
  readonly faults: FaultBoard;
  readonly door: Door;
  readonly network: Network;
  readonly functions: FunctionHost;
  readonly accountId: string;
  /** Where services publish what CloudWatch shows. */
  readonly metrics: MetricBoard;
  /** By region, then by name: looked up at every call, so no key is put together. */
  private readonly services = new Map<string, Map<string, object>>();
  private readonly doors = new Map<string, Map<string, Published>>();
  private guard: Guard | undefined;

  constructor(options: CloudOptions) {
    this.kernel = options.kernel;
    this.faults = new FaultBoard(this.kernel);
    this.metrics = new MetricBoard(this.kernel, this.faults);
    this.door = new Door(this.kernel, this.faults, options.latency);
    this.network = new Network(this.kernel, this.door);
    this.functions = options.functions;
    this.accountId = options.accountId;
  }

  /** The service `name` of `region` (`global` for Route 53 and IAM), made by `make` when it is asked for first. */
  service<S extends object>(name: string, region: string, make: () => S): S {
    const ofRegion = inner(this.services, region);
    let service = ofRegion.get(name);
    if (!service) {
      service = make();
      ofRegion.set(name, service);
    }
    return service as S; // the key belongs to one module, which always makes the same class
  }

  /** Publishes a service's SDK operations, for functions' clients and the wire doors. */
  publish(name: string, region: string, operations: Operations, access?: AccessRules): void {
    const published = this.entry(name, region);
    published.operations = operations;
    if (access) published.access = access;
  }

  /** From now on `meter` hears of every call of a service in a region: for its metrics. */
  measure(name: string, region: string, meter: Meter): void {
    this.entry(name, region).meter = meter;
  }

  /** From now on every call of a caller with a principal is judged by `guard` (IAM's). */
  enforce(guard: Guard): void {
    this.guard = guard;
  }

  /** The SDK operations that a service serves in a region, in alphabetical order; empty for a service that has none. */
  operationsOf(name: string, region: string): readonly string[] {
    const { operations = {}, access } = this.doors.get(region)?.get(name) ?? {};
    const refused = access?.refused ?? [];
    return Object.keys(operations)
      .filter((operation) => !refused.includes(operation))
      .sort();
  }

  /** The names `region/service` that have SDK operations. */
  published(): readonly string[] {
    return [...this.doors].flatMap(([region, ofRegion]) => [...ofRegion].flatMap(([name, { operations }]) => (operations ? [`${region}/${name}`] : [])));
  }

  /**
   * One SDK call through the door. Never settles where the caller's VPC has no way to the service: packets vanish. Rejects with {@link AwsError} as AWS would answer, or with the door's own errors.
   * @param route region, signing name and operation, e.g. `us-east-1`, `dynamodb`, `PutItem`
   */
  call(route: Route, input: unknown, caller: Caller): Promise<unknown> {
    const { network, process } = caller;
    const { region, service, from, operation: name, resource = resourceOf(input) } = route;
    const named: Route = { region, service, operation: name, resource, from, caller: process ?? route.caller };
    const way = network && vpc(this, network.region).way(network, route);
    if (network && !way) {
      this.door.unreached(named);
      return new Promise<never>(() => undefined);
    }
    const start = this.kernel.now();
    const meter = this.doors.get(region)?.get(service)?.meter;
    const effect = (): unknown => {
      const { operations, access } = this.doors.get(region)?.get(service) ?? UNPUBLISHED;
      // The name comes off the wire: `constructor` is no operation.
      const operation = operations && Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw new AwsError("UnknownOperationException", `${service} ${name} is not in this twin (${region})`);
      if (this.guard && caller.principal !== undefined) this.authorize(this.guard, access, route, input, caller, way);
      return operation(input as never, caller); // the operation checks its input, as AWS does
    };
    return this.door.call(named, effect, meter && ((error) => meter(route, input, this.kernel.now() - start, error)));
  }

  private entry(name: string, region: string): Published {
    const ofRegion = inner(this.doors, region);
    let entry = ofRegion.get(name);
    if (!entry) {
      entry = { ...UNPUBLISHED };
      ofRegion.set(name, entry);
    }
    return entry;
  }

  private authorize(guard: Guard, access: AccessRules | undefined, route: Route, input: unknown, caller: Caller, way: Way | undefined): void {
    const refusal = guard(route, access?.needs[route.operation]?.(input as never, caller), caller, way); // rules bear with any input
    if (refusal === undefined) return;
    throw access?.denied?.(refusal) ?? new AwsError("AccessDeniedException", refusal);
  }
}
