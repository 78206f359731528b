import type { ClientClass } from "../lambda/shared/runtime";

/** Carries one call: the service's signing name, the operation's SDK name, the input, the command that holds it. Rejects with the SDK's error shape. */
export type Send = (service: string, operation: string, input: unknown, command: unknown) => Promise<SdkOutput>;
export type SdkOutput = Readonly<Record<string, unknown>>;

/**
 * Every setting that a client would otherwise look up in the machine's environment or files: hidden file reads make a
 * run depend on when they end.
 */
export const pinned = (region: string): object => ({
  region,
  endpoint: `https://twin.${region}.invalid`,
  credentials: { accessKeyId: "AKIATWIN", secretAccessKey: "twin" },
  retryMode: "standard",
  maxAttempts: 1,
  defaultsMode: "standard",
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: async () => undefined,
  authSchemePreference: [],
  accountIdEndpointMode: "disabled",
  endpointDiscoveryEnabled: false,
  disableClockSkewCorrection: true,
  // S3's own settings; other clients ignore them.
  useArnRegion: false,
  disableMultiregionAccessPoints: false,
  disableS3ExpressSessionAuth: true,
  requestChecksumCalculation: "WHEN_REQUIRED",
  responseChecksumValidation: "WHEN_REQUIRED",
  // Never asked: calls are answered before a request is made.
  requestHandler: { handle: () => Promise.reject(new Error("the twin's client has no network")), destroy: () => undefined },
});

/** The parts of generated clients and commands that tell what a call is. */
interface Configured {
  readonly config: { readonly defaultSigningName?: string; readonly signingName?: string };
}
interface Command {
  readonly input: unknown;
  resolveMiddleware(stack: object, config: object, options: undefined): unknown;
}

/** What is the same for all clients of a class in a region. */
interface Contract {
  readonly service: string;
  readonly config: object;
}

/** Making a client takes longer than many calls; its settings are never changed, so one serves all clouds of the process. */
const contracts = new WeakMap<object, Map<string, Contract>>();

function contractOf(Client: ClientClass<unknown>, region: string): Contract {
  const byRegion = contracts.get(Client) ?? new Map<string, Contract>();
  contracts.set(Client, byRegion);
  let contract = byRegion.get(region);
  if (!contract) {
    const { config } = new Client(pinned(region) as never) as Configured; // see ClientClass; every generated client has a config
    const service = config.signingName ?? config.defaultSigningName;
    if (service === undefined) throw new Error(`${Client.name}: the client does not tell its signing name`);
    contract = { service, config };
    byRegion.set(region, contract);
  }
  return contract;
}

/** By a command's class: bundles are minified, so its own name tells nothing. */
const operations = new WeakMap<object, string>();

/** The operation's name, which a command tells the middleware that it resolves. */
function operationOf(command: Command, config: object): string {
  const known = operations.get(command.constructor);
  if (known !== undefined) return known;
  let name = "";
  const resolve = (_handler: unknown, context: { readonly commandName?: string }): undefined => {
    name = context.commandName ?? "";
    return undefined;
  };
  command.resolveMiddleware({ concat: () => ({ resolve }) }, config, undefined);
  const operation = name.replace(/Command$/, "");
  operations.set(command.constructor, operation);
  return operation;
}

/**
 * A client of `region` whose commands go straight to `send`: no middleware, no serialisation, no signing, no network.
 * It has a real client's class and settings. Not for callbacks, abort signals and middleware of one's own.
 */
export function connectClient<C>(Client: ClientClass<C>, region: string, send: Send): C {
  const { service, config } = contractOf(Client, region);
  const client: object = Object.create((Client as { readonly prototype: object }).prototype); // every class has one
  return Object.assign(client, {
    config,
    send: (command: Command) => send(service, operationOf(command, config), command.input, command),
    destroy: () => undefined,
  }) as C; // as far as callers of `send` can tell
}
