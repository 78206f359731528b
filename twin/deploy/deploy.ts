import * as pulumi from "@pulumi/pulumi";
import { GRAPH_RULES, INVOKE_MODELS, RESOURCE_MODELS } from "../models/index";
import type { Place } from "../models/model";
import { Registry, type Registration } from "./registry";
import type { Deployment, Graph } from "./graph";
import { plain } from "./plain";
import { quietly } from "./quiet";

export interface DeployOptions {
  /** The Pulumi program as a function: it runs many times in one process. */
  readonly program: () => unknown;
  readonly project: string;
  readonly stack: string;
  /** Config as the engine hands it over: `namespace:key` -> text, objects as JSON. */
  readonly config: Readonly<Record<string, string>>;
  readonly accountId: string;
}

/** Pulumi's runtime keeps one monitor per process, so deployments take turns. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * Runs the program under Pulumi's own mocks and returns the graph of what it registered. Refusals are collected in the
 * graph, never thrown; what the program itself throws (a ConfigError, say) rejects the promise.
 */
export function deploy(options: DeployOptions): Promise<Deployment> {
  const mine = turn.then(() => quietly(() => register(options)));
  turn = mine.catch(() => undefined);
  return mine;
}

async function register({ program, project, stack, config, accountId }: DeployOptions): Promise<Deployment> {
  const registry = new Registry(accountId, RESOURCE_MODELS);
  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => registry.newResource(args),
      call: ({ token, inputs, provider }) => answer(token, inputs as Record<string, unknown>, registry.placeOf(provider, token)), // Pulumi types inputs as any
    },
    project,
    stack,
    false,
  );
  listen(registry);

  let failure: { readonly error: unknown } | undefined;
  const outputs = await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      // Thrown further it would also be an unhandled rejection, which ends the process.
      failure = { error };
      return {};
    }
  }).catch((error: unknown) => {
    // What AWS would refuse comes first: a program that goes on without the refused resource's outputs fails by that.
    if (registry.refusals.length === 0) failure = { error };
    return {};
  });
  await pulumi.runtime.disconnect();
  if (failure) throw failure.error;

  const graph: Graph = { resources: registry.resources, outputs: plain(outputs ?? {}).values, refusals: registry.refusals };
  const across = GRAPH_RULES.flatMap((rule) => rule(graph));
  return { graph: { ...graph, refusals: [...graph.refusals, ...across] }, blobs: registry.blobs };
}

/** The mocks' arguments lack dependencies and options, so the requests to the monitor are read on their way in. */
function listen(registry: Registry): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor | undefined; // the mock monitor has the same shape; its request type is internal
  if (!monitor) throw new Error("setMocks left no monitor");
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    // newResource is called before the first await of `registerResource`, so it meets this request and no other.
    registry.expect(request);
    return original(request, (error, response) => {
      if (response) registry.registered(request, response.getUrn());
      callback(error, response);
    });
  };
}

interface Monitor {
  registerResource(
    request: Registration,
    callback: (error: Error | null, response: { getUrn(): string } | undefined) => void,
  ): Promise<void>;
}

function answer(token: string, args: Readonly<Record<string, unknown>>, place: Place): Record<string, unknown> {
  const model = INVOKE_MODELS.get(token);
  if (!model) {
    // Pulumi shows an error's `details` alone, as gRPC's have them.
    const details = `the twin does not model the function ${token}`;
    throw Object.assign(new Error(details), { details });
  }
  return { ...model.answer(args, place) };
}
