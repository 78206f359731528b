import { buildSync } from "esbuild";
import { join } from "node:path";
import { Cloud } from "../../../twin/cloud";
import { noLatency, type LatencyModel } from "../../../twin/kernel/door";
import type { Kernel } from "../../../twin/kernel/kernel";
import { VirtualKernel } from "../../../twin/kernel/virtual";
import type { FunctionHost } from "../../../twin/services/lambda/host";
import { InProcessHost } from "../../../twin/services/lambda/in-process";
import type { FunctionConfig } from "../../../twin/services/lambda/index";

export const REGION = "us-east-1";
export const ACCOUNT = "123456789012";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;

/** Bundles a function as the deployment does: CommonJS, everything in one file. */
export function bundle(source: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents: source, resolveDir: join(__dirname, "../../.."), loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    mainFields: ["module", "main"],
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

/** A handler that creates itself: `body` is the handler's body, with `runtime`, `event` and `context` in reach. */
export const handlerOf = (body: string, before = ""): string =>
  `${before}
   exports.createHandler = (runtime) => async (event, context) => { ${body} };
   exports.handler = exports.createHandler({ env: process.env });`;

export const config = (code: string, more: Partial<FunctionConfig> = {}): FunctionConfig => ({
  name: "fn",
  arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:fn`,
  role: ROLE,
  handler: "index.handler",
  runtime: "nodejs24.x",
  files: { "index.js": code },
  memoryMb: 256,
  timeoutSeconds: 3,
  variables: { GREETING: "hello" },
  version: "$LATEST",
  logGroup: "/aws/lambda/fn",
  ...more,
});

export function makeCloud(kernel: Kernel, functions: FunctionHost, latency: LatencyModel = noLatency): Cloud {
  return new Cloud({ kernel, latency, functions, accountId: ACCOUNT });
}

export function virtualCloud(seed = 1, latency: LatencyModel = noLatency): { readonly kernel: VirtualKernel; readonly cloud: Cloud } {
  const kernel = new VirtualKernel(seed);
  const cloud: Cloud = makeCloud(kernel, new InProcessHost(() => cloud), latency);
  return { kernel, cloud };
}

/** The values of a function's metric in the last three minutes. */
export function published(cloud: Cloud, name: string, dimensions: Readonly<Record<string, string>>): readonly number[] {
  const series = cloud.metrics.series(REGION, "AWS/Lambda", name, dimensions);
  const minute = Math.floor(cloud.kernel.now() / 60_000);
  return [2, 1, 0].flatMap((ago) => series.at(minute - ago)?.values ?? []);
}

/** Runs the kernel until `work` is settled; returns what it gave. */
export async function settle<T>(kernel: VirtualKernel, work: Promise<T>): Promise<T> {
  let settled = false;
  const watched = work.finally(() => {
    settled = true;
  });
  watched.catch(() => undefined);
  await kernel.run({ done: () => settled });
  if (!settled) throw new Error("the kernel ran out of events before the work was done");
  return watched;
}
