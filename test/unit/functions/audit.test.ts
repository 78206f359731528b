import { appendAudit, auditKey, fromAuditItem, toAuditItem, type AuditEntry } from "../../../lambda/shared/audit";

const ENTRY: AuditEntry = {
  at: Date.UTC(2026, 10, 21, 6, 50, 0, 7),
  id: "k3v9",
  actor: "arn:aws:sts::123456789012:assumed-role/payments-dr-operator-us-east-2-dev/ann",
  action: "failback",
  step: "canary",
  outcome: "refused",
  reason: "the canary of us-east-1 has not arrived",
  details: { waitedMs: 5000, regions: ["us-east-1", "us-east-2"], nested: { none: null } },
};

test("auditors read back what was written, in either region", () => {
  expect(fromAuditItem(toAuditItem(ENTRY))).toEqual(ENTRY);
  const bare: AuditEntry = { at: ENTRY.at, id: "a", actor: "observer", action: "watch", step: "dns", outcome: "observed" };
  expect(fromAuditItem(toAuditItem(bare))).toEqual(bare);
});

test("the trail is in the order of time, also within a second", () => {
  const keys = [ENTRY, { ...ENTRY, at: ENTRY.at + 1, id: "a" }, { ...ENTRY, at: ENTRY.at + 60_000, id: "0" }].map(auditKey);
  expect(keys).toEqual(["2026-11-21T06:50:00.007Z#k3v9", "2026-11-21T06:50:00.008Z#a", "2026-11-21T06:51:00.007Z#0"]);
  expect([...keys].sort()).toEqual(keys);
});

test("nobody overwrites an entry by appending another", () => {
  expect(appendAudit("trail-table", ENTRY)).toMatchObject({ TableName: "trail-table", ConditionExpression: "attribute_not_exists(trail)" });
});

test.each([
  ["at", { S: "yesterday#1" }],
  ["at", { S: "2026-11-21T06:50:00.007Z" }],
  ["actor", { N: "1" }],
  ["outcome", { S: "perhaps" }],
  ["details", { S: "[1]" }],
  ["details", { S: "{" }],
])("an entry with a foreign %s is refused by name, not shown half", (attribute, value) => {
  expect(() => fromAuditItem({ ...toAuditItem(ENTRY), [attribute]: value })).toThrow(`no valid ${attribute}`);
});
