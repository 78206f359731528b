import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readRunFile, type RunFile } from "../../platform/runfile";

const ROOT = resolve(__dirname, "../..");
/** A deployment takes two seconds on an idle machine; test runs are not idle. */
const START_MS = 90_000;
const STOP_MS = 10_000;

/** A twin in a process of its own, as `npm start` runs it, on free ports. */
export interface TwinProcess {
  /** Where its run file is. */
  readonly directory: string;
  readonly run: RunFile;
  /** As Ctrl-C does. Resolves with the exit code once the process is gone. */
  stop(): Promise<number | null>;
}

/** Starts a twin; resolves as soon as its run file is there. Rejects with what it printed when it does not start. */
export async function startTwinProcess(): Promise<TwinProcess> {
  mkdirSync(join(ROOT, ".twin"), { recursive: true });
  const directory = mkdtempSync(join(ROOT, ".twin", "test-"));
  const args = ["--import", "tsx", "cli/start.ts", "--port", "0", "--dns-port", "0", "--control-port", "0", "--dir", directory];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  const keep = (chunk: Buffer): void => void (printed += chunk.toString());
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const exited = new Promise<number | null>((done) => {
    child.on("exit", done);
    child.on("error", (error) => {
      printed += String(error);
      done(null);
    });
  });
  const stop = async (): Promise<number | null> => {
    const code = await stopProcess(child, exited);
    rmSync(directory, { recursive: true, force: true });
    return code;
  };

  let gone = false;
  void exited.then(() => (gone = true));
  for (const until = Date.now() + START_MS; Date.now() < until && !gone; await sleep(100)) {
    const run = runFileOf(directory);
    if (run) return { directory, run, stop };
  }
  await stop();
  throw new Error(`the twin did not start:\n${printed}`);
}

function runFileOf(directory: string): RunFile | undefined {
  try {
    return readRunFile(directory);
  } catch {
    return undefined; // not there yet
  }
}

async function stopProcess(child: ChildProcess, exited: Promise<number | null>): Promise<number | null> {
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  const code = await exited;
  clearTimeout(timer);
  return code;
}

/** Why a running twin is not fit to be tested; undefined = it is. */
export async function unfit(run: RunFile): Promise<string | undefined> {
  try {
    const status = (await (await fetch(`${run.control}/status`)).json()) as { dns: { answer: string | null }; faults: readonly unknown[] }; // platform/status.ts
    const [primary = ""] = Object.entries(run.regions).flatMap(([region, { role }]) => (role === "primary" ? [region] : []));
    if (status.faults.length > 0) return "faults are in force in it";
    if (status.dns.answer !== primary) return `its DNS answers ${status.dns.answer ?? "nothing"}, not the primary`;
    const { status: code } = await fetch(`${run.regions[primary]?.api ?? ""}/payments?customerId=nobody`);
    return code === 200 ? undefined : `it answers ${code} to requests without a signature`;
  } catch (error) {
    return `it does not answer (${error instanceof Error ? error.message : String(error)})`;
  }
}
