import { writeFileSync } from "node:fs";
import { deployStack } from "../platform/stack";
import { twinOperations } from "../platform/twin-operations";

/** Writes docs/twin-operations.md. */
async function main(): Promise<void> {
  writeFileSync("docs/twin-operations.md", twinOperations(await deployStack({ stack: "local" })));
}

void main();
