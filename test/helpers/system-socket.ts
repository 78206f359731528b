import { connect, type Socket } from "node:net";

/** What came back over a connection: nothing where it was cut. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Bytes = string | Uint8Array;
/** Bytes to send one after the other; a number is a pause in milliseconds. */
export type Script = readonly (Bytes | number)[];

const END_OF_HEAD = "\r\n\r\n";
/** Longer than any answer takes, shorter than a test's patience. */
const SILENCE_MS = 10_000;

/**
 * Sends bytes as they are and reads the answers to them: `answers` many, or fewer where the server closes before.
 * Rejects when the server stays silent.
 */
export function exchange(address: string, port: number, script: Script, answers = 1): Promise<readonly RawAnswer[]> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, address, () => void play(socket, script));
    const silence = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no answer within ${SILENCE_MS} ms; received so far: ${received.toString("latin1")}`));
    }, SILENCE_MS);
    const done = (): void => {
      clearTimeout(silence);
      socket.destroy();
      resolve(parse(received));
    };
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (parse(received).length >= answers) done();
    });
    socket.on("close", done);
    // A server that refuses early closes while the rest is still being sent; what it said before counts.
    socket.on("error", () => undefined);
  });
}

/** Sends bytes and hangs up without waiting for an answer. Resolves once the connection is gone. */
export function hangUp(address: string, port: number, bytes: Bytes): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address, () => socket.write(bytes, () => socket.destroy()));
    socket.on("error", reject).on("close", () => resolve());
  });
}

async function play(socket: Socket, script: Script): Promise<void> {
  for (const step of script) {
    if (typeof step === "number") await new Promise((resolve) => setTimeout(resolve, step));
    else if (socket.writable) socket.write(step);
  }
}

/** The complete answers at the start of a stream of bytes. */
function parse(bytes: Buffer): readonly RawAnswer[] {
  const found: RawAnswer[] = [];
  for (let rest = bytes; ; ) {
    const end = rest.indexOf(END_OF_HEAD);
    if (end < 0) return found;
    const [first = "", ...lines] = rest.subarray(0, end).toString("latin1").split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]));
    const bodyStart = end + END_OF_HEAD.length;
    const length = Number(headers["content-length"] ?? 0);
    if (rest.length < bodyStart + length) return found;
    found.push({ status: Number(first.split(" ")[1]), headers, body: rest.subarray(bodyStart, bodyStart + length).toString("utf8") });
    rest = rest.subarray(bodyStart + length);
  }
}

export interface RequestParts {
  readonly method?: string;
  readonly target?: string;
  /** Replaces the default headers by name; undefined leaves one out; an array repeats it. Values go out byte by byte (latin1). */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: Bytes;
  readonly version?: string;
}

/** The bytes of a request; by default a good payment to the host with a key of its own. */
export function requestBytes(host: string, { method = "POST", target = "/payments", headers = {}, body = "", version = "1.1" }: RequestParts): Buffer {
  const content = typeof body === "string" ? Buffer.from(body, "utf8") : Buffer.from(body);
  const defaults: RequestParts["headers"] = {
    host,
    "content-type": "application/json",
    "idempotency-key": "attack",
    "content-length": content.length > 0 || method === "POST" ? String(content.length) : undefined,
  };
  const lines = Object.entries({ ...defaults, ...headers }).flatMap(([name, value]) => (value === undefined ? [] : [value].flat().map((one) => `${name}: ${one}`)));
  return Buffer.concat([Buffer.from([`${method} ${target} HTTP/${version}`, ...lines, "", ""].join("\r\n"), "latin1"), content]);
}
