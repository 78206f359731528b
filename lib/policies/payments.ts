import { CONTROL, PAYMENTS, RESERVED_PREFIXES } from "../../lambda/shared/constants";
import type { Statement } from "./document";

/** Only items of these keys. IAM's page "Using IAM policy conditions for fine-grained access control" (DynamoDB). */
export const onlyKeys = (...keys: readonly string[]): Required<Pick<Statement, "Condition">> => ({
  // ForAllValues alone also holds where a request names no key.
  Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": keys }, Null: { "dynamodb:LeadingKeys": "false" } },
});

/** Accepts payments: one conditional put, nothing else. */
export const acceptPayments = (tableArn: string): readonly Statement[] => [
  { Sid: "AcceptPayments", Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [tableArn] },
];

/** Reads payments by id and by the two indexes; no scan. */
export const readPayments = (tableArn: string): readonly Statement[] => [
  { Sid: "ReadPayment", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [tableArn] },
  {
    Sid: "FindPayments",
    Effect: "Allow",
    Action: ["dynamodb:Query"],
    Resource: [PAYMENTS.customerIndex.name, PAYMENTS.statusIndex.name].map((index) => `${tableArn}/index/${index}`),
  },
];

/** Writes the region's own health item: the proof that the quorum takes writes from here. */
export const proveHealth = (tableArn: string, region: string): readonly Statement[] => [
  { Sid: "ProveHealth", Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [tableArn], ...onlyKeys(`${RESERVED_PREFIXES.health}${region}`) },
];

/** Moves the latch, and nothing else in the control table. */
export const moveLatch = (controlTableArn: string): readonly Statement[] => [
  {
    Sid: "MoveLatch",
    Effect: "Allow",
    Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
    Resource: [controlTableArn],
    ...onlyKeys(CONTROL.latchId),
  },
];
