import type { ConsistencyMode } from "../assumptions";
import type { Purpose } from "./dependency";

/** A purpose that a dependency has in one mode only. */
interface InMode {
  readonly purpose: Purpose;
  readonly consistency: ConsistencyMode;
}

interface Entry {
  /** Service, operation, resource, as {@link Dependency.what}. */
  readonly what: string;
  /** No recovery waits for a control plane, so none can be expected. */
  readonly plane: "data";
  readonly neededFor: readonly (Purpose | InMode)[];
  readonly because: string;
  /** Where functions stand in a VPC. */
  readonly only?: "in a VPC";
}

/**
 * A dependency that the recovery path may have. It is in the secondary, in the witness's region, or answered by every
 * region by itself; of the primary answers may be asked, and a failback leads there.
 */
export type Expected = Entry &
  ({ readonly where: "secondary" | "witness" | "global"; readonly need?: "asked" } | { readonly where: "primary"; readonly need: "asked" | "returned to" });

/** In strong mode the SECONDARY record obeys the secondary's own check. */
const OWN_CHECK: InMode = { purpose: "dns", consistency: "strong" };
const STRONG_LATCH: InMode = { purpose: "latch", consistency: "strong" };
const STRONG_PAY: InMode = { purpose: "pay", consistency: "strong" };
const STRONG_FAIL_OVER: InMode = { purpose: "fail over", consistency: "strong" };

const HERE = { where: "secondary", plane: "data" } as const;
const ASKED = { where: "primary", plane: "data", need: "asked" } as const;
const RETURNED_TO = { where: "primary", plane: "data", need: "returned to" } as const;

/** Everything that the recovery path depends on, and nothing else. `npm run prove:static-stability` compares. */
export const EXPECTED: readonly Expected[] = [
  // Noticing, and DNS
  { what: "route53:HealthCheck", where: "global", plane: "data", neededFor: ["detect"], because: "checkers in eight regions ask; one region's checkers less change no verdict" },
  { what: "route53:Resolve", where: "global", plane: "data", neededFor: ["dns", "latch", "fail over", "fail back"], because: "clients follow DNS, the switch latches by it, operators wait for it; its servers are everywhere" },
  { ...ASKED, what: "execute-api:GET /health", neededFor: ["detect", "fail over"], because: "no answer is the answer" },
  { ...ASKED, what: "cloudwatch:Alarm payments-grey-failure", neededFor: ["detect"], because: "a sensor of grey failures; the checkers' child alone is enough to leave a lost region" },
  { ...HERE, what: "execute-api:Domain", neededFor: ["dns"], because: "AWS's name of the secondary's front door, to which the record leads" },
  { ...HERE, what: "execute-api:GET /health", neededFor: [OWN_CHECK, "fail over", "fail back"], because: "says whether the secondary takes payments; operators and the observer ask it too" },
  { ...HERE, what: "lambda:Invoke payments-health", neededFor: [OWN_CHECK, "fail over"], because: "the verdict is a write through the table" },

  // Holding the primary out
  { ...HERE, what: "execute-api:GET /switch", neededFor: ["latch", "fail back"], because: "checkers poll the latch here, and so does the observer" },
  { ...HERE, what: "lambda:Invoke payments-switch", neededFor: ["latch"], because: "writes the latch, in the secondary alone" },
  { ...HERE, what: "dynamodb:GetItem payments-control", neededFor: ["latch", "fail over", "fail back"], because: "the latch's item, in a regional table that needs no quorum" },
  { ...HERE, what: "dynamodb:PutItem payments-control", neededFor: ["latch", "fail over", "fail back"], because: "the latch moves by one conditional write" },

  // Taking a payment
  { ...HERE, what: "acm:Certificate", neededFor: ["pay"], because: "deployed with the secondary's custom domain; TLS needs no other region" },
  { ...HERE, what: "execute-api:POST /payments", neededFor: ["pay"], because: "the secondary's front door" },
  { ...HERE, what: "lambda:Invoke payments-process", neededFor: ["pay"], because: "takes the payment" },
  { ...HERE, what: "dynamodb:PutItem payments-table", neededFor: ["pay", "latch", OWN_CHECK, "fail over", "fail back"], because: "payments, health items and canaries, through the secondary's own replica" },
  { where: "witness", plane: "data", what: "dynamodb:Quorum payments-table", neededFor: [STRONG_PAY, STRONG_LATCH, OWN_CHECK, STRONG_FAIL_OVER], because: "without the primary, the secondary and the witness are the quorum" },

  // What any function rests on
  { ...HERE, what: "iam:Authorize", neededFor: ["pay", "latch", OWN_CHECK, "fail over", "fail back"], because: "every region decides by its own copy of roles and policies" },
  { ...HERE, what: "kms:Decrypt key", neededFor: ["pay", "latch", OWN_CHECK, "fail over", "fail back"], because: "the secondary's own key encrypts its tables and topics" },
  { ...HERE, what: "ec2:Endpoint dynamodb", neededFor: ["pay", "latch", OWN_CHECK, "fail over"], because: "the gateway endpoint of the secondary's VPC", only: "in a VPC" },
  { ...HERE, what: "logs:CreateLogStream its own", neededFor: ["pay", "latch", OWN_CHECK, "fail over", "fail back"], because: "Lambda writes logs beside the answer; the function does not wait for it" },
  { ...HERE, what: "logs:PutLogEvents its own", neededFor: ["pay", "latch", OWN_CHECK, "fail over", "fail back"], because: "Lambda writes logs beside the answer; the function does not wait for it" },

  // Operators' commands, and the observer that a failback asks
  { ...HERE, what: "sts:GetCallerIdentity", neededFor: ["fail over", "fail back"], because: "who did it, for the trail, by the regional endpoint" },
  { ...HERE, what: "dynamodb:PutItem payments-audit", neededFor: ["fail over", "fail back"], because: "the trail, through the secondary's replica; a command goes on without it" },
  { ...HERE, what: "dynamodb:Query payments-audit", neededFor: ["fail over"], because: "the status shows the trail's last lines" },
  { ...ASKED, what: "dynamodb:PutItem payments-table", neededFor: ["fail over"], because: "the status tries a canary; it says so where that is lost" },
  { ...ASKED, what: "dynamodb:GetItem payments-table", neededFor: ["fail over"], because: "the status looks for the secondary's canary" },
  { ...HERE, what: "dynamodb:GetItem payments-table", neededFor: ["fail back"], because: "the primary's canary must arrive" },
  { ...HERE, what: "cloudwatch:GetMetricData", neededFor: ["fail back"], because: "what S3 has still to replicate is told; nothing waits for it" },
  { ...HERE, what: "scheduler:Fire", neededFor: ["fail back"], because: "calls the observer" },
  { ...HERE, what: "lambda:Invoke payments-observer", neededFor: ["fail back"], because: "knows how long the primary has been healthy; --force does without" },
  { ...HERE, what: "sns:Publish payments-alerts", neededFor: ["fail back"], because: "the observer tells people; it goes on where that fails" },
  { ...HERE, what: "sns:Use payments-alerts", neededFor: ["fail back"], because: "the topic of the observer's alerts" },
  { ...HERE, what: "kms:GenerateDataKey key", neededFor: ["fail back"], because: "encrypts the observer's alerts" },
  { ...RETURNED_TO, what: "execute-api:GET /health", neededFor: ["fail back"], because: "traffic goes back only to a primary that takes payments" },
  { ...RETURNED_TO, what: "dynamodb:PutItem payments-table", neededFor: ["fail back"], because: "a canary must leave the primary" },
  { ...RETURNED_TO, what: "dynamodb:GetItem payments-table", neededFor: ["fail back"], because: "the secondary's canary must arrive" },
  { ...RETURNED_TO, what: "cloudwatch:GetMetricData", neededFor: ["fail back"], because: "what S3 has still to replicate is told; nothing waits for it" },
];
