import { AUDIT, CONTROL } from "../../lambda/shared/constants";
import type { Condition, Statement } from "./document";
import { onlyKeys } from "./payments";

/** Reads the latch and writes its own item: it can see the latch, and never move it. */
export const watchControl = (controlTableArn: string): readonly Statement[] => [
  { Sid: "SeeControl", Effect: "Allow", Action: ["dynamodb:GetItem"], Resource: [controlTableArn], ...onlyKeys(CONTROL.latchId, CONTROL.observerId) },
  { Sid: "Remember", Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [controlTableArn], ...onlyKeys(CONTROL.observerId) },
];

/** Appends to the audit trail. */
export const appendToTrail = (auditTableArn: string): readonly Statement[] => [
  { Sid: "AppendToTrail", Effect: "Allow", Action: ["dynamodb:PutItem"], Resource: [auditTableArn], ...onlyKeys(AUDIT.trail) },
];

/** Calls one function. */
export const callFunction = (functionArn: string): readonly Statement[] => [
  { Sid: "CallFunction", Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [functionArn] },
];

/** Only for schedules of one group. EventBridge Scheduler user guide, "Confused deputy prevention in EventBridge Scheduler". */
export const onlyGroup = (accountId: string, groupArn: string): Condition => ({
  StringEquals: { "aws:SourceAccount": accountId, "aws:SourceArn": groupArn },
});
