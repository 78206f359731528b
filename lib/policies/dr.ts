import { AUDIT, CONTROL, RESERVED_PREFIXES } from "../../lambda/shared/constants";
import { policy, type PolicyDocument, type Statement } from "./document";
import { readEncryptedTable } from "./keys";

/** What a region's DR roles may look at. */
export interface DrResources {
  readonly region: string;
  readonly accountId: string;
  /** End of the names of the region's resources: `us-east-1-dev`. */
  readonly nameEnd: string;
  /** The region's own replica. */
  readonly tableArn: string;
  /** The latch's table; undefined outside the secondary. */
  readonly controlTableArn?: string;
  /** The region's own replica of the audit trail. */
  readonly auditTableArn: string;
  /** The region's key, which encrypts the tables. */
  readonly keyArn: string;
  /** Ids of the health checks that speak of this region. */
  readonly healthCheckIds: readonly string[];
}

/** Only items of these keys, wildcards allowed; requests without a key are none of them. */
const keysLike = (...keys: readonly string[]): Required<Pick<Statement, "Condition">> => ({
  Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys }, Null: { "dynamodb:LeadingKeys": "false" } },
});

const readControl = (controlTableArn: string): Statement => ({
  Sid: "ReadControl",
  Effect: "Allow",
  Action: ["dynamodb:GetItem"],
  Resource: [controlTableArn],
  ...keysLike(CONTROL.latchId, CONTROL.observerId),
});

/** Named people may take the role for as long as its sessions last, with a second factor. "AWS global condition context keys". */
export const trustOperators = (operators: readonly string[]): PolicyDocument =>
  policy({
    Effect: "Allow",
    Principal: { AWS: operators },
    Action: ["sts:AssumeRole"],
    // Bool without IfExists: long-term keys have no such key, and are refused.
    Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  });

/**
 * One role of the own account may take the role. IAM refuses a principal that does not exist yet, and two roles that
 * trust each other cannot both be first: so the account is named, and the condition leaves of it the one role. The
 * account's own policies must allow it as well.
 */
export const trustPeer = (accountId: string, peerRoleArn: string): PolicyDocument =>
  policy({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: ["sts:AssumeRole"],
    Condition: { ArnEquals: { "aws:PrincipalArn": peerRoleArn } },
  });

/** What tells whether the region is fit: its alarms, its health checks, its table, its health item. No payment. */
const readStatus = ({ region, accountId, nameEnd, tableArn, keyArn, healthCheckIds }: DrResources): readonly Statement[] => [
  {
    // By name, `--alarm-names`: a look by prefix, or at all of them, can only be given for every alarm of the region.
    Sid: "ReadAlarms",
    Effect: "Allow",
    Action: ["cloudwatch:DescribeAlarms"],
    Resource: [`arn:aws:cloudwatch:${region}:${accountId}:alarm:*-${nameEnd}`],
  },
  {
    Sid: "ReadHealthChecks",
    Effect: "Allow",
    Action: ["route53:GetHealthCheckStatus"],
    Resource: healthCheckIds.map((id) => `arn:aws:route53:::healthcheck/${id}`),
  },
  { Sid: "DescribeTable", Effect: "Allow", Action: ["dynamodb:DescribeTable"], Resource: [tableArn] },
  {
    Sid: "ReadHealth",
    Effect: "Allow",
    Action: ["dynamodb:GetItem"],
    Resource: [tableArn],
    ...keysLike(`${RESERVED_PREFIXES.health}${region}`, `${RESERVED_PREFIXES.canary}*`),
  },
  ...readEncryptedTable(keyArn, region),
];

/**
 * Starts a failover or a failback by one conditional write of the latch. IAM can say which item, not which state: it
 * has no condition on an attribute's value. That the switch never writes `returning`, whose role may write the item
 * too, is kept by its transition table (lambda/switch/logic.ts), which has no such step, and every write is conditional
 * on the version that was read.
 */
const moveLatch = (controlTableArn: string): Statement => ({
  Sid: "MoveLatch",
  Effect: "Allow",
  Action: ["dynamodb:PutItem", "dynamodb:UpdateItem"],
  Resource: [controlTableArn],
  ...keysLike(CONTROL.latchId),
});

const onTrail = (Sid: string, Action: string, auditTableArn: string): Statement => ({
  Sid,
  Effect: "Allow",
  Action: [Action],
  Resource: [auditTableArn],
  ...keysLike(AUDIT.trail),
});

const writeCanaries = (tableArn: string, ...keys: readonly string[]): Statement => ({
  Sid: "WriteCanaries",
  Effect: "Allow",
  Action: ["dynamodb:PutItem"],
  Resource: [tableArn],
  ...keysLike(...keys),
});

/**
 * An operator: looks at the region, tries its table with canaries, reads and appends to its copy of the trail, so that an
 * operation is told in either region when the other is gone; in the secondary, where the latch is, also moves it. IAM cannot tell an append from an overwrite; point-in-time recovery keeps both.
 */
export const operate = (resources: DrResources): readonly Statement[] => {
  const { tableArn, auditTableArn, controlTableArn } = resources;
  return [
    ...readStatus(resources),
    // What S3 has still to replicate. Metrics have no ARN.
    { Sid: "ReadMetrics", Effect: "Allow", Action: ["cloudwatch:GetMetricData"], Resource: ["*"] },
    writeCanaries(tableArn, `${RESERVED_PREFIXES.canary}*`),
    onTrail("ReadTrail", "dynamodb:Query", auditTableArn),
    onTrail("AppendToTrail", "dynamodb:PutItem", auditTableArn),
    ...(controlTableArn === undefined ? [] : [readControl(controlTableArn), moveLatch(controlTableArn)]),
  ];
};

/** Automation: looks, tries the region's table with canaries, takes the peer's role; it cannot move the latch. */
export const automate = (resources: DrResources, peerRoleArn: string): readonly Statement[] => {
  const { region, tableArn, controlTableArn } = resources;
  const canary = `${RESERVED_PREFIXES.canary}${region}`;
  return [
    ...readStatus(resources),
    writeCanaries(tableArn, canary, `${canary}#*`),
    { Sid: "TakePeerRole", Effect: "Allow", Action: ["sts:AssumeRole"], Resource: [peerRoleArn] },
    ...(controlTableArn === undefined ? [] : [readControl(controlTableArn)]),
  ];
};
