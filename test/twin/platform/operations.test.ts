import { readFileSync } from "node:fs";
import { join } from "node:path";
import { twinOperations } from "../../../platform/twin-operations";
import { deployedStack } from "../../helpers/deployed";

const ROOT = join(__dirname, "../../..");

test("docs/twin-operations.md lists what the endpoints answer; if not: npm run docs:operations", async () => {
  const written = readFileSync(join(ROOT, "docs/twin-operations.md"), "utf8");
  expect(twinOperations(await deployedStack())).toBe(written);
  expect(written).toMatch(/\| dynamodb \| awsJson \| .*`PutItem`/);
});
