import { canonical, containsUnknown, decode, fromStruct, providerArgument, toStruct, UNKNOWN } from "../../../twin/deploy/engine/wire";
import { plain } from "../../../twin/deploy/plain";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const secret = (value: unknown) => ({ [SIGNATURE]: SECRET, value });

test.each<[string, unknown, boolean]>([
  ["the unknown value", UNKNOWN, true],
  ["an unknown number, deep inside", { a: [{ b: "3eeb2bf0-c639-47a8-9e75-3b44932eb421" }] }, true],
  ["an unknown in a secret", secret(UNKNOWN), true],
  ["known values", { a: [1, "x", null, true] }, false],
  ["text that only mentions it", `is ${UNKNOWN}`, false],
])("a preview sees whether it may judge: %s", (_, value, expected) => expect(containsUnknown(value)).toBe(expected));

test.each<[string, unknown, unknown]>([
  ["plain values", { a: [1, "x", null, { b: true }] }, { a: [1, "x", null, { b: true }] }],
  ["a secret", secret("psst"), "psst"],
  ["a secret in a secret in a list", [secret({ a: secret(1) })], [{ a: 1 }]],
  [
    "an archive: files by their hash, bytes counted in UTF-8",
    // printf 'exports.handler = 1;' | sha256sum
    { code: { [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", assets: { "index.js": { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "exports.handler = 1;" } } } },
    { code: { files: { "index.js": { sha256: "b44ee8d43accd441bb0793e1a2d41f32801b142ee64ebd8a980dfc77670eafb5", bytes: 20 } } } },
  ],
])("models see what AWS would see of %s", (_, value, expected) => expect(decode(value)).toEqual(expected));

test("values survive the engine's wire; members without a value are left out", () => {
  const props = { text: "ü", number: 1.5, nothing: null, list: [1, "a", { b: false }], missing: undefined };
  expect(fromStruct(toStruct(props))).toEqual({ text: "ü", number: 1.5, nothing: null, list: [1, "a", { b: false }] });
  expect(fromStruct(undefined)).toEqual({});
});

test.each<[unknown, unknown, boolean]>([
  [{ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, true],
  [[1, 2], [2, 1], false],
  [undefined, null, false],
  [undefined, undefined, true],
  ["1", 1, false],
])("the engine hears of a change exactly where there is one: %p, %p", (a, b, same) => expect(canonical(a) === canonical(b)).toBe(same));

test.each<[unknown, unknown]>([
  ['{"tags":{"a":"b"}}', { tags: { a: "b" } }],
  ["us-east-1", "us-east-1"],
  ["{", "{"],
  [undefined, undefined],
])("a provider's argument %p means %p", (given, meant) => expect(providerArgument(given)).toEqual(meant));

test("mocks' secrets are unwrapped and named", () => {
  const envelope = (value: unknown) => ({ [SIGNATURE]: SECRET, value });
  expect(plain({ a: envelope({ deep: envelope("x") }), b: [envelope(1)], c: "open" })).toEqual({ values: { a: { deep: "x" }, b: [1], c: "open" }, secrets: ["a"] });
});
