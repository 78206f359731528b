import { bucketName, GLOBAL, namer, NameError } from "../../../lib/naming";
import { isHostname, nameObjection, type NameKind } from "../../../rules/names";

test("names say service, region and environment; what is one across regions says global", () => {
  expect(namer("us-east-1", "dev")("payments-process", "function")).toBe("payments-process-us-east-1-dev");
  expect(namer(GLOBAL, "dev")("payments-table", "table")).toBe("payments-table-global-dev");
});

test("bucket names are global to all accounts, so they end with the account", () => {
  expect(bucketName(namer("us-east-1", "dev"), "payments-receipts", "123456789012")).toBe("payments-receipts-us-east-1-dev-123456789012");
});

test("a name that AWS would refuse is refused where it is made, saying how long it is", () => {
  const make = () => namer("ap-southeast-1", "abcdefghijkl")("a-service-with-a-far-too-long-name-for-lambda", "function");
  expect(make).toThrow(NameError);
  expect(make).toThrow(/\(73 characters\); allowed 1\.\.64 of letters, digits, - and _/);
  expect(() => bucketName(namer("ap-southeast-1", "abcdefghijkl"), "payments-transaction-receipts", "123456789012")).toThrow(/allowed 3\.\.63/);
});

describe("AWS's rules for names", () => {
  test.each<[NameKind, string]>([
    ["function", "a".repeat(64)],
    ["role", "r+=,.@-_"],
    ["table", "abc"],
    ["logGroup", "/aws/lambda/f"],
    ["bucket", "my-bucket"],
    ["alarm", "any printable text!"],
    ["topic", "t_1"],
  ])("%s: %s is taken", (kind, name) => {
    expect(nameObjection(kind, name)).toBeUndefined();
  });

  test.each<[NameKind, string]>([
    ["function", "a".repeat(65)],
    ["function", "a.b"],
    ["role", "a b"],
    ["role", "r".repeat(65)],
    ["table", "ab"],
    ["logGroup", "a b"],
    ["bucket", "Upper"],
    ["bucket", "-edge"],
    ["bucket", "b".repeat(64)],
    ["alarm", "a".repeat(256)],
    ["alarm", "tab\t"],
    ["topic", "a.b"],
  ])("%s: %s is refused", (kind, name) => {
    expect(nameObjection(kind, name)).toContain(`${kind} name: got`);
  });

  test.each(["a.b", "x1.payments.test", "us-east-1.dev.payments.example.com"])("%s is a host", (name) => {
    expect(isHostname(name)).toBe(true);
  });

  test.each(["single", "a..b", "-a.b", "a-.b", "A.b", "a.b.", `${"a".repeat(64)}.b`, "a_b.c", ""])("%s is none", (name) => {
    expect(isHostname(name)).toBe(false);
  });
});
