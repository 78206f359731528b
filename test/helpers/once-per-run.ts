import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deserialize, serialize } from "node:v8";

/** Environment variable: the directory that this run of Jest has for itself; made and removed by test/helpers/run-*.ts. */
export const RUN_DIRECTORY = "TEST_RUN_DIRECTORY";

/**
 * What `make` makes of the key, made once in a run of Jest by the first test file that asks; each asker has a copy of its
 * own. For plain data that takes seconds to make and whose making the caller does not test. Rejects with what `make`
 * rejects with; the next asker tries again.
 * @param key all that the value depends on beside the sources, which no run changes
 */
export async function oncePerRun<T>(key: readonly unknown[], make: () => Promise<T>): Promise<T> {
  const directory = process.env[RUN_DIRECTORY];
  if (directory === undefined) throw new Error(`${RUN_DIRECTORY} is not set: the global set-up of jest.config.cjs did not run`);
  const file = join(directory, createHash("sha256").update(JSON.stringify(key)).digest("hex"));
  while (!existsSync(file)) {
    if (takes(`${file}.maker`)) await keep(file, make).finally(() => rmdirSync(`${file}.maker`));
    else await sleep(50);
  }
  return deserialize(readFileSync(file)) as T; // what make resolved with, by this key
}

async function keep(file: string, make: () => Promise<unknown>): Promise<void> {
  const draft = `${file}.draft`;
  writeFileSync(draft, serialize(await make()));
  // At once, so that nobody reads half a value.
  renameSync(draft, file);
}

/** Whether the caller is the first; a directory is made by one process alone. */
function takes(name: string): boolean {
  try {
    mkdirSync(name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false; // what mkdir throws
    throw error;
  }
}
