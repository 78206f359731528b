import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readAssets } from "../../../platform/assets";
import { startControl, type Control } from "../../../platform/control";
import type { Status } from "../../../platform/status";
import { FaultBoard } from "../../../twin/kernel/faults";
import { VirtualKernel } from "../../../twin/kernel/virtual";

let control: Control;
beforeAll(async () => {
  const faults = new FaultBoard(new VirtualKernel(1));
  control = await startControl(
    { status: () => ({}) as Status, graph: () => ({ resources: [], outputs: {}, refusals: [] }), faults, regions: [], resolve: () => undefined, stop: () => undefined, requestId: () => "id", onDefect: () => undefined },
    0,
  );
});
afterAll(() => control.close());

test("every file of the page's folder is served, so that none is forgotten in the list", () => {
  expect([...readAssets().keys()].sort()).toEqual(readdirSync(join(__dirname, "../../../platform/page")).sort());
});

test("everything that the page and its modules name is served with the type that browsers insist on", async () => {
  const page = await fetch(`${control.url}/`);
  expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
  const wanted = [...(await page.text()).matchAll(/(?:src|href)="(\/page\/[^"]+)"/g)].map(([, path = ""]) => path);
  for (const path of wanted) {
    const text = await (await fetch(control.url + path)).text();
    for (const [, name = ""] of text.matchAll(/from "\.\/([^"]+)"/g)) wanted.push(`/page/${name}`);
  }
  const types = Object.fromEntries(await Promise.all(wanted.map(async (path) => [path, (await fetch(control.url + path)).headers.get("content-type")])));
  expect(types).toMatchObject({
    "/page/main.js": "text/javascript; charset=utf-8",
    "/page/region.js": "text/javascript; charset=utf-8",
    "/page/chart.js": "text/javascript; charset=utf-8",
    "/page/style.css": "text/css; charset=utf-8",
    "/page/icon.svg": "image/svg+xml",
  });
  expect(Object.values(types)).not.toContain("application/json");
});

test("the page may run only this server's files and may not be framed: what a stack's names contain cannot run", async () => {
  const policy = (await fetch(`${control.url}/`)).headers.get("content-security-policy") ?? "";
  expect(policy.split("; ")).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"]));
  expect(policy).not.toContain("unsafe");
});

test("no script of the page makes markup from values, and nothing is loaded from elsewhere", () => {
  for (const [name, { text }] of readAssets()) {
    expect([name, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/.test(text)]).toEqual([name, false]);
    expect([name, text.replaceAll("http://www.w3.org/2000/svg", "").match(/https?:\/\//)]).toEqual([name, null]);
  }
});
