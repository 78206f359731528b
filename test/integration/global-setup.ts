import { PlatformError } from "../../platform/errors";
import { readRunFile, type RunFile } from "../../platform/runfile";
import { STACK_OUTPUTS, TWIN_DIRECTORY } from "../helpers/target";
import { startTwinProcess, unfit, type TwinProcess } from "../helpers/target-twin";

/** Where Jest's set-up and tear-down meet: they share a process but no modules. */
export const shared = globalThis as { integrationTwin?: TwinProcess };

const RUNNING = ".twin";

/** The system under test: AWS where outputs are given, else the twin that runs here, else a twin of the tests' own. */
export default async function setup(): Promise<void> {
  if (process.env[STACK_OUTPUTS] !== undefined) return;
  const run = running();
  const why = run && (await unfit(run));
  if (run && why === undefined) {
    process.env[TWIN_DIRECTORY] = RUNNING;
    return;
  }
  if (why !== undefined) console.log(`The running twin is not tested: ${why}. The tests start their own.`);
  const twin = await startTwinProcess();
  shared.integrationTwin = twin;
  process.env[TWIN_DIRECTORY] = twin.directory;
}

function running(): RunFile | undefined {
  try {
    return readRunFile(RUNNING);
  } catch (error) {
    if (error instanceof PlatformError) return undefined;
    throw error;
  }
}
