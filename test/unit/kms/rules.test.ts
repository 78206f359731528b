import { keyPolicy } from "../../../lib/policies/keys";
import { kms } from "../../../twin/models/kms";
import type { Graph, GraphResource } from "../../../twin/deploy/graph";

const PLACE = { accountId: "123456789012", region: "us-east-2", name: "it" };
const modelOf = (type: string) => {
  const found = kms.resources.find((model) => model.type === type);
  if (!found) throw new Error(`no model of ${type}`);
  return found;
};
const codes = (type: string, inputs: Record<string, unknown>): readonly string[] => modelOf(type).check(inputs, PLACE).map(({ code }) => code);

const KEY = "aws:kms/key:Key";
const ALIAS = "aws:kms/alias:Alias";
const GOOD = { enableKeyRotation: true, rotationPeriodInDays: 365, deletionWindowInDays: 30, policy: JSON.stringify(keyPolicy("us-east-2", PLACE.accountId)) };
const allow = (Action: string): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action, Resource: "*" }] });

test("KMS takes the platform's key", () => expect(codes(KEY, GOOD)).toEqual([]));

test.each<[string, Record<string, unknown>, string]>([
  ["a rotation after 89 days", { rotationPeriodInDays: 89 }, "kms.rotation-period"],
  ["a rotation after 2561 days", { rotationPeriodInDays: 2561 }, "kms.rotation-period"],
  ["a period without rotation", { enableKeyRotation: false }, "kms.rotation-off"],
  ["rotation of a signing key", { customerMasterKeySpec: "RSA_2048" }, "kms.rotation-spec"],
  ["a deletion after 6 days", { deletionWindowInDays: 6 }, "kms.deletion-window"],
  ["a deletion after 31 days", { deletionWindowInDays: 31 }, "kms.deletion-window"],
  ["a policy that is no JSON", { policy: "{" }, "kms.malformed-policy"],
  ["a policy that locks everybody out", { policy: allow("kms:Decrypt") }, "kms.policy-lockout"],
  ["a key in many regions, which the twin has not", { multiRegion: true }, "twin.not-modelled"],
])("refused: %s", (_case, change, code) => expect(codes(KEY, { ...GOOD, ...change })).toEqual([code]));

test("the lockout check can be bypassed, as in KMS", () => expect(codes(KEY, { policy: allow("kms:Decrypt"), bypassPolicyLockoutSafetyCheck: true })).toEqual([]));

test.each([
  ["alias/payments-us-east-1-dev", []],
  ["payments", ["kms.alias-name"]],
  ["alias/aws/mine", ["kms.alias-name"]],
  ["alias/a b", ["kms.alias-name"]],
])("alias %s: %j", (name, expected) => expect(codes(ALIAS, { name, targetKeyId: "k" })).toEqual(expected));

test("an alias is one key's in a region, and may be another's in the other", () => {
  const alias = (urn: string, region: string): GraphResource => ({
    urn, region, type: ALIAS, name: urn, id: urn, inputs: {}, outputs: { name: "alias/a" }, dependsOn: [], propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  });
  const graph: Graph = { resources: [alias("1", "us-east-1"), alias("2", "us-east-2"), alias("3", "us-east-1")], outputs: {}, refusals: [] };
  expect(kms.graph?.(graph).map(({ code, resource }) => [code, resource])).toEqual([["kms.alias-taken", "3"]]);
});
