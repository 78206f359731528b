import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Does the work with a directory of its own, e.g. for the files of drills in threads. */
export async function inNewDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), "drills-"));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
