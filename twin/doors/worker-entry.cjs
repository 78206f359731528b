/**
 * One execution environment: what runs inside a worker thread of worker-host.ts. Plain CommonJS, so that no loader of
 * the parent (tsx, jest) is needed inside.
 */
"use strict";
const dns = require("node:dns");
const os = require("node:os");
const { parentPort, workerData } = require("node:worker_threads");
const { LoadError, loadModule, pickHandler } = require("../services/lambda/archive.cjs");

const { files, handler, dnsServer, facts } = workerData;
const post = (message) => parentPort.postMessage(message);

dns.setServers([dnsServer]);
// Lambda's sandbox user: the SDK would otherwise read the configuration files of whoever runs the twin.
os.homedir = () => "/home/sbx_user1051";
process.cwd = () => "/var/task";
process.execPath = "/var/lang/bin/node";
process.argv = ["/var/lang/bin/node", "/var/runtime/index.mjs"];

/** The way to public names: the twin's network, which knows the function's place; GET is all that it carries. */
const asked = new Map();
let asks = 0;
globalThis.fetch = (input, { method = "GET", body, signal } = {}) => {
  if (method !== "GET" || body !== undefined) return Promise.reject(new TypeError(`fetch: got ${method}${body === undefined ? "" : " with a body"}; the twin carries GET without a body`));
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const id = ++asks;
    const abort = () => {
      asked.delete(id);
      reject(signal.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    asked.set(id, { resolve, reject, settled: () => signal?.removeEventListener("abort", abort) });
    post({ type: "ask", id, url: String(input) });
  });
};
const hear = ({ id, status, body, failure, code }) => {
  const waiting = asked.get(id);
  if (!waiting) return;
  asked.delete(id);
  waiting.settled();
  if (failure === undefined) waiting.resolve(new Response(body, { status }));
  else waiting.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(failure), { code }) }));
};

const write = (chunk, encoding, done) => {
  const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
  for (const line of text.split("\n")) if (line !== "") post({ type: "log", line });
  const callback = typeof encoding === "function" ? encoding : done;
  if (typeof callback === "function") callback();
  return true;
};
process.stdout.write = write;
process.stderr.write = write;

const described = (error) =>
  error !== null && typeof error === "object" && typeof error.message === "string"
    ? { errorType: String(error.name || "Error"), message: error.message, stack: error.stack }
    : { errorType: "Error", message: String(error), stack: undefined };

/** Node.js would end the process; so does Lambda, and the environment with it. */
const fatal = (errorType, error) => {
  post({ type: "fatal", errorType: errorType ?? described(error).errorType, message: described(error).message });
  process.exit(1);
};
process.on("unhandledRejection", (reason) => fatal("Runtime.UnhandledPromiseRejection", reason));
process.on("uncaughtException", (error) => fatal(undefined, error));

/** The code's clock may be wrong; Lambda's own, which knows when time is up, is not. */
const TrueDate = Date;
let clockError = 0;
class WrongDate extends TrueDate {
  constructor(...given) {
    if (given.length === 0) super(WrongDate.now());
    else super(...given);
  }
  static now() {
    return TrueDate.now() + clockError;
  }
}
const setClock = (error) => {
  clockError = error;
  globalThis.Date = error === 0 ? TrueDate : WrongDate;
};

let run;
try {
  run = pickHandler(loadModule(files, handler, require), handler);
  post({ type: "ready" });
} catch (error) {
  const errorType = error instanceof LoadError ? error.errorType : described(error).errorType;
  post({ type: "unloadable", errorType, message: described(error).message });
}

const serialise = (result) => {
  try {
    return { ok: true, text: JSON.stringify(result === undefined ? null : result) };
  } catch (error) {
    return { ok: false, message: `Unable to stringify response body: ${described(error).message}` };
  }
};

const invoke = async ({ event, requestId, deadline, clockError: error }) => {
  setClock(error);
  const context = { ...facts, awsRequestId: requestId, getRemainingTimeInMillis: () => Math.max(0, deadline - TrueDate.now()) };
  try {
    const result = serialise(await run(JSON.parse(event), context));
    if (result.ok) post({ type: "result", requestId, payload: result.text });
    else post({ type: "failed", requestId, errorType: "Runtime.MarshalError", message: result.message });
  } catch (error) {
    const { errorType, message, stack } = described(error);
    if (stack) post({ type: "log", line: stack });
    post({ type: "failed", requestId, errorType, message });
  }
};

parentPort.on("message", (message) => (message.type === "answer" ? hear(message) : invoke(message)));
