import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RUN_DIRECTORY } from "./once-per-run";

/** Jest's set-up: a new directory for each run, so that nothing made from older sources is ever read. */
export default function runBegins(): void {
  process.env[RUN_DIRECTORY] = mkdtempSync(join(tmpdir(), "test-run-"));
}
