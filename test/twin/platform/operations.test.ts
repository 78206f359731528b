import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deployStack } from "../../../platform/stack";
import { twinOperations } from "../../../platform/twin-operations";

const ROOT = join(__dirname, "../../..");

test("docs/twin-operations.md lists what the endpoints answer; if not: npm run docs:operations", async () => {
  const written = readFileSync(join(ROOT, "docs/twin-operations.md"), "utf8");
  expect(twinOperations(await deployStack({ folder: ROOT, stack: "local" }))).toBe(written);
  expect(written).toMatch(/\| dynamodb \| awsJson \| .*`PutItem`/);
});
