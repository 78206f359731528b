import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStackConfig } from "../../../twin/deploy/stack-config";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stack-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes Pulumi.yaml and Pulumi.dev.yaml; undefined leaves one out. */
function files(project: string | undefined, stack: string | undefined): void {
  if (project !== undefined) writeFileSync(join(folder, "Pulumi.yaml"), project);
  if (stack !== undefined) writeFileSync(join(folder, "Pulumi.dev.yaml"), stack);
}

const PROJECT = "name: shop\nruntime: nodejs\n";

test("values reach a program as the engine hands them over: texts, and all else as JSON", () => {
  files(PROJECT, 'config:\n  shop:name: plain\n  shop:open: true\n  shop:count: 7\n  shop:text: "7"\n  shop:list: [a, b]\n  shop:object:\n    deep: {x: 1}\n');
  expect(readStackConfig(folder, "dev")).toEqual({
    project: "shop",
    stack: "dev",
    config: { "shop:name": "plain", "shop:open": "true", "shop:count": "7", "shop:text": "7", "shop:list": '["a","b"]', "shop:object": '{"deep":{"x":1}}' },
  });
});

test.each([
  ["a stack file without a config", "encryptionsalt: v1\n"],
  ["a stack file whose config is empty", "config:\n"],
])("%s is a stack without values", (_, stack) => {
  files(PROJECT, stack);
  expect(readStackConfig(folder, "dev").config).toEqual({});
});

test.each<[string, string | undefined, string | undefined, RegExp]>([
  ["no project file", undefined, "config: {}\n", /^Pulumi\.yaml: .*no such file/],
  ["no stack file", PROJECT, undefined, /^Pulumi\.dev\.yaml: .*no such file/],
  ["a project without a name", "runtime: nodejs\n", "config: {}\n", /^Pulumi\.yaml has no project name$/],
  ["a project file that is no map", "- a\n", "config: {}\n", /^Pulumi\.yaml is not a map$/],
  ["a stack file that is no YAML", PROJECT, "config: [\n", /^Pulumi\.dev\.yaml: /],
  ["a stack file that is empty", PROJECT, "", /^Pulumi\.dev\.yaml is not a map$/],
  ["a config that is a list", PROJECT, "config: [a]\n", /^Pulumi\.dev\.yaml: config is not a map$/],
  ["an encrypted value", PROJECT, "config:\n  shop:key:\n    secure: v1:abc\n", /^shop:key is encrypted; .*--stack local$/],
])("%s is told with the file's name", (_, project, stack, message) => {
  files(project, stack);
  expect(() => readStackConfig(folder, "dev")).toThrow(expect.objectContaining({ name: "StackConfigError", code: "STACK_CONFIG", message: expect.stringMatching(message) }));
});

test.each(["", "../dev", "a b", "a/b", "x".repeat(101)])("the stack name %p leads to no file", (stack) => {
  files(PROJECT, "config: {}\n");
  expect(() => readStackConfig(folder, stack)).toThrow(expect.objectContaining({ code: "STACK_CONFIG", message: expect.stringContaining(JSON.stringify(stack)) }));
});
