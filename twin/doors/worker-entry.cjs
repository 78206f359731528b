/**
 * One execution environment: what runs inside a worker thread of worker-host.ts. Plain CommonJS, so that no loader of
 * the parent (tsx, jest) is needed inside.
 */
"use strict";
const dns = require("node:dns");
const http = require("node:http");
const os = require("node:os");
const { parentPort, workerData } = require("node:worker_threads");
const { LoadError, loadModule, pickHandler } = require("../services/lambda/archive.cjs");

const { files, handler, dnsServer, webPort, facts } = workerData;
const post = (message) => parentPort.postMessage(message);

dns.setServers([dnsServer]);
// Lambda's sandbox user: the SDK would otherwise read the configuration files of whoever runs the twin.
os.homedir = () => "/home/sbx_user1051";
process.cwd = () => "/var/task";
process.execPath = "/var/lang/bin/node";
process.argv = ["/var/lang/bin/node", "/var/runtime/index.mjs"];

/** The way to public names: the twin's DNS says where they are, plain HTTP stands for HTTPS. None from inside a VPC. */
globalThis.fetch = async (input, { method = "GET", signal } = {}) => {
  const { hostname, pathname, search } = new URL(input);
  if (webPort === undefined) throw new TypeError("fetch failed: no way out of the VPC");
  const [address] = await dns.promises.resolve4(hostname);
  const options = { host: address, port: webPort, path: pathname + search, method, headers: { host: hostname }, agent: false, signal };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode })));
    });
    request.on("error", reject);
    request.end();
  });
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

parentPort.on("message", async ({ event, requestId, deadline, clockError: error }) => {
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
});
