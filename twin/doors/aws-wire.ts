import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../cloud";
import { AwsError } from "../errors";
import { ConnectionRefused } from "../kernel/door";
import { answerWire, MAX_BODY } from "./wire-answer";
import type { WireRequest, WireResponse } from "./wire-protocol";

export interface WireOptions {
  readonly region: string;
  readonly address: string;
  /** 0 = a free one. */
  readonly port: number;
}

/** The body, read to its end even when it is too large: a client that still sends does not hear the answer. */
async function readBody(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) { // an HTTP request without an encoding yields buffers
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
  }
  if (size > MAX_BODY) throw new AwsError("RequestEntityTooLarge", `the body has ${size} bytes; allowed ${MAX_BODY} in this twin`, 413);
  return Buffer.concat(chunks);
}

/**
 * A region's AWS endpoint: what AWS_ENDPOINT_URL of functions and outside tools (SDKs, the AWS CLI) point to. Signatures
 * are not verified; the access key alone tells the caller, and an unknown key is the account's owner.
 */
export class AwsWire {
  private constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
    private readonly server: Server,
  ) {
    server.on("request", (message: IncomingMessage, response: ServerResponse) => void this.serve(message, response));
  }

  /** Rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL …) when it cannot listen. */
  static start(cloud: Cloud, { region, address, port }: WireOptions): Promise<AwsWire> {
    const wire = new AwsWire(cloud, region, createServer());
    return new Promise((resolve, reject) => {
      wire.server.once("error", reject);
      wire.server.listen(port, address, () => resolve(wire));
    });
  }

  /** e.g. `http://127.0.0.1:9001` */
  get url(): string {
    const { address, port } = this.server.address() as AddressInfo; // it listens on TCP
    return `http://${address}:${port}`;
  }

  /** Ends all connections, answered or not. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // A client that goes away in the middle of its body: nobody waits for an answer.
    message.on("error", () => undefined);
    const { method = "GET", url: target = "/", headers } = message;
    const answer = await this.answer({ method, target, headers, body: new Uint8Array() }, message);
    try {
      if (!answer) throw new Error("the connection is cut");
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    } catch {
      // What was stored cannot be put into an HTTP header, or the connection is to be cut.
      message.socket.destroy();
    }
  }

  /** Undefined = cut the connection. Never settles when packets vanish: then there is no answer. */
  private async answer(head: WireRequest, message: IncomingMessage): Promise<WireResponse | undefined> {
    try {
      return await answerWire(this.cloud, this.region, head, () => readBody(message));
    } catch (error) {
      if (error instanceof ConnectionRefused) return undefined;
      throw error;
    }
  }
}
