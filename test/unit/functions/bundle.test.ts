import { readdirSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { buildSync } from "esbuild";

const LAMBDA = path.join(__dirname, "../../../lambda");
const FUNCTIONS = ["process", "validate", "read", "health", "switch", "notify", "stream-switch", "observer"];

test("every function's folder is checked here", () => {
  expect(readdirSync(LAMBDA).filter((name) => name !== "shared").sort()).toEqual([...FUNCTIONS].sort());
});

describe.each(FUNCTIONS)("the bundle of %s", (name) => {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(LAMBDA, name, "index.ts")],
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify: true,
    mainFields: ["module", "main"],
    write: false,
  });
  const text = outputFiles[0]?.text ?? "";

  test("is under 500 kB, the budget of a cold start", () => {
    expect(text.length).toBeGreaterThan(1_000);
    expect(Buffer.byteLength(text)).toBeLessThan(500_000);
  });

  test("is the same on every machine: its hash is the version that health tells", () => {
    for (const trace of [path.resolve(LAMBDA, ".."), userInfo().homedir + path.sep, hostname() + path.sep]) {
      expect(text).not.toContain(trace);
    }
  });

  test("exports what Lambda calls", () => {
    const exported: { handler?: unknown } = {};
    const variables = {
      AWS_REGION: "us-east-2", AWS_LAMBDA_FUNCTION_NAME: "f", TABLE_NAME: "t", TABLE_CONSISTENCY: "strong", BUNDLE_VERSION: "v", CONTROL_TABLE_NAME: "c",
      FAILOVER_HOSTNAME: "f.test", PRIMARY_TARGET: "p.test", SECONDARY_TARGET: "s.test", LAPSE_AFTER_MS: "60000", SETTLE_MS: "15000",
      RECEIPTS_BUCKET: "b", EVENTS_TOPIC_ARN: "arn:aws:sns:us-east-2:123456789012:t",
      ALERTS_TOPIC_ARN: "arn:aws:sns:us-east-2:123456789012:a", AUDIT_TABLE_NAME: "a", LOOK_EVERY_MS: "10000", PRIMARY_HOSTNAME: "us-east-1.f.test", SECONDARY_HOSTNAME: "us-east-2.f.test",
    };
    const before = { ...process.env };
    Object.assign(process.env, variables);
    try {
      const module = { exports: exported };
      new Function("module", "exports", "require", text)(module, exported, require);
      expect(typeof module.exports.handler).toBe("function");
    } finally {
      process.env = before;
    }
  });
});
