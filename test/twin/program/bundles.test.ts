import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FUNCTION_NAMES } from "../../../lib/functions";
import { esbuildBundler, type Bundle } from "../../../lib/bundles";

const ROOT = join(__dirname, "..", "..", "..");
let bundles: readonly (readonly [string, Bundle])[];

beforeAll(async () => {
  bundles = await Promise.all(FUNCTION_NAMES.map(async (name) => [name, await esbuildBundler(name)] as const));
}, 60_000);

test("every function's bundle exports the handler that Lambda looks for", () => {
  for (const [name, { code }] of bundles) expect([name, /\bhandler\b/.test(code)]).toEqual([name, true]);
});

test("every bundle keeps to the budget of 500 kB", () => {
  const large = bundles.filter(([, { code }]) => Buffer.byteLength(code) > 500_000);
  expect(large.map(([name, { code }]) => `${name}: ${code.length}`)).toEqual([]);
});

test("bundles hold no path of the machine, so that a deployment from elsewhere changes nothing", () => {
  expect(bundles.filter(([, { code }]) => code.includes(ROOT)).map(([name]) => name)).toEqual([]);
});

test("from another working folder the bundle is the same", async () => {
  const before = process.cwd();
  const spy = jest.spyOn(process, "cwd").mockReturnValue(mkdtempSync(join(tmpdir(), "bundles-")));
  try {
    let again: Bundle | undefined;
    await jest.isolateModulesAsync(async () => {
      const { esbuildBundler: fresh } = (await import("../../../lib/bundles")) as { esbuildBundler: typeof esbuildBundler }; // the same module, loaded anew
      again = await fresh("validate");
    });
    expect(again?.sha256).toBe(bundles.find(([name]) => name === "validate")?.[1].sha256);
  } finally {
    spy.mockRestore();
    expect(process.cwd()).toBe(before);
  }
});

test("a second deployment in the process bundles nothing again", async () => {
  const [first] = bundles;
  expect(await esbuildBundler("process")).toBe(first?.[1]);
});
