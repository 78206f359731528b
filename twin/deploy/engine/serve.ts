import * as grpc from "@grpc/grpc-js";
import type { TwinProvider } from "./provider";

/** The path of the protocol's service; each method is one unary call below it. */
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the generated service has no type declarations
const { ResourceProviderService } = require("@pulumi/pulumi/proto/provider_grpc_pb") as { ResourceProviderService: grpc.ServiceDefinition };

/** Archives travel inside the messages. The engine's own limit. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Serves the provider on a free loopback port; `close` ends every connection. */
export function serveProvider(provider: TwinProvider): Promise<{ readonly port: number; close(): void }> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, provider.service());
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve({ port, close: () => server.forceShutdown() }),
    );
  });
}
