import { rmSync } from "node:fs";
import { RUN_DIRECTORY } from "./once-per-run";

/** Jest's tear-down. */
export default function runEnds(): void {
  const directory = process.env[RUN_DIRECTORY];
  if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
}
