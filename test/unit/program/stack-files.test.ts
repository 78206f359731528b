import { join } from "node:path";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseConfig, type Config } from "../../../lib/config";
import { KEY_NAMES } from "../../../lib/config/keys";

const ROOT = join(__dirname, "..", "..", "..");

/** A stack file's keys as Pulumi hands them to the program. */
function read(file: string): Record<string, string> {
  const { config } = parse(readFileSync(join(ROOT, file), "utf8")) as { config: Record<string, unknown> }; // a stack file of this repository
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^tap:/, ""), typeof value === "string" ? value : JSON.stringify(value)]));
}

test.each<[string, string, Partial<Config>]>([
  ["Pulumi.local.yaml", "local", { environment: "local", failoverHost: "local.payments.test", apiAuth: "none", protect: false, ttlSeconds: 5 }],
  ["Pulumi.dev.yaml", "dev", { environment: "dev", apiAuth: "iam", protect: false }],
  ["Pulumi.prod.example.yaml", "prod", { environment: "prod", apiAuth: "iam", protect: true, consistency: "strong" }],
])("%s deploys as it is written", (file, stack, expected) => {
  expect(parseConfig(read(file), { stack })).toMatchObject(expected);
});

test("the production example shows every key, so that nobody has to read the program", () => {
  const text = readFileSync(join(ROOT, "Pulumi.prod.example.yaml"), "utf8");
  const shown = (key: string): boolean => (key.includes(".") ? key.split(".").every((part) => text.includes(`${part}:`)) : text.includes(`tap:${key}`));
  expect(KEY_NAMES.filter((key) => !shown(key))).toEqual([]);
});
