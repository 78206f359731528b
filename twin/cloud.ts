import { AwsError } from "./errors";
import { Door, type LatencyModel } from "./kernel/door";
import { FaultBoard, type Route } from "./kernel/faults";
import type { Kernel } from "./kernel/kernel";
import { Network } from "./network";
import type { FunctionHost } from "./services/lambda/host";

/** Who makes a call. */
export interface Caller {
  /** The region the caller runs in; undefined for callers outside AWS. */
  readonly region?: string;
  /** The ARN of the role or user; undefined for the account's owner (tests, the wire door until it verifies). */
  readonly principal?: string;
}

/** One SDK operation of a service in one region: synchronous state change behind the door. Throws {@link AwsError}. */
export type Operation = (input: never, caller: Caller) => unknown;

/** The operations of a service by their SDK names, e.g. `PutItem`. */
export type Operations = Readonly<Record<string, Operation>>;

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
  private readonly services = new Map<string, object>();
  private readonly operations = new Map<string, Operations>();

  constructor(options: CloudOptions) {
    this.kernel = options.kernel;
    this.faults = new FaultBoard(this.kernel);
    this.door = new Door(this.kernel, this.faults, options.latency);
    this.network = new Network(this.kernel, this.door);
    this.functions = options.functions;
    this.accountId = options.accountId;
  }

  /** The service `name` of `region` (`global` for Route 53 and IAM), made by `make` when it is asked for first. */
  service<S extends object>(name: string, region: string, make: () => S): S {
    const key = `${region}/${name}`;
    let service = this.services.get(key);
    if (!service) {
      service = make();
      this.services.set(key, service);
    }
    return service as S; // the key belongs to one module, which always makes the same class
  }

  /** Publishes a service's SDK operations, for functions' clients and the wire doors. */
  publish(name: string, region: string, operations: Operations): void {
    this.operations.set(`${region}/${name}`, operations);
  }

  /** The names `region/service` that have SDK operations. */
  published(): readonly string[] {
    return [...this.operations.keys()];
  }

  /**
   * One SDK call through the door. Rejects with {@link AwsError} as AWS would answer, or with the door's own errors.
   * @param route region, signing name and operation, e.g. `us-east-1`, `dynamodb`, `PutItem`
   */
  call(route: Route, input: unknown, caller: Caller): Promise<unknown> {
    return this.door.call(route, () => {
      const operation = this.operations.get(`${route.region}/${route.service}`)?.[route.operation];
      if (!operation) {
        throw new AwsError("UnknownOperationException", `${route.service} ${route.operation} is not in this twin (${route.region})`);
      }
      return operation(input as never, caller); // the operation checks its input, as AWS does
    });
  }
}
