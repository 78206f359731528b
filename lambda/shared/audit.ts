import { isoTime } from "./clock";
import { AUDIT } from "./constants";
import { UnreadableItem, type Item } from "./table";

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** `observed` = somebody else did it, and the actor saw it. */
export const AUDIT_OUTCOMES = ["started", "done", "refused", "failed", "observed"] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** One line of the audit trail: who did, or saw, which step of what, and how it ended. */
export interface AuditEntry {
  /** Epoch milliseconds, by the actor's clock. */
  readonly at: number;
  /** Tells entries of one millisecond apart, and a repeated write from another one: `[A-Za-z0-9_-]{1,64}`. */
  readonly id: string;
  /** The ARN of a principal, or the name of one of the platform's own parts. */
  readonly actor: string;
  /** What is being done, e.g. `failback`. */
  readonly action: string;
  /** The part of it that this line is about, e.g. `canary`. */
  readonly step: string;
  readonly outcome: AuditOutcome;
  /** Why: what an operator typed, or what a check found. */
  readonly reason?: string;
  readonly details?: Readonly<Record<string, Json>>;
}

/** The range key: sorts by time, and by id within a millisecond, e.g. `2026-11-21T06:50:00.000Z#k3v9`. */
export const auditKey = ({ at, id }: Pick<AuditEntry, "at" | "id">): string => `${isoTime(at)}#${id}`;

/** The item of the audit table. Details are JSON in a string: the trail is read as a whole, never searched by them. */
export function toAuditItem(entry: AuditEntry): Item {
  const { actor, action, step, outcome, reason, details } = entry;
  return {
    [AUDIT.hashKey]: { S: AUDIT.trail },
    [AUDIT.rangeKey]: { S: auditKey(entry) },
    actor: { S: actor },
    action: { S: action },
    step: { S: step },
    outcome: { S: outcome },
    ...(reason === undefined ? {} : { reason: { S: reason } }),
    ...(details === undefined ? {} : { details: { S: JSON.stringify(details) } }),
  };
}

/** The entry of a stored item. Throws {@link UnreadableItem}, naming the attribute. */
export function fromAuditItem(item: Item): AuditEntry {
  const [time = "", id = ""] = text(item, AUDIT.rangeKey).split("#");
  const at = Date.parse(time);
  const outcome = AUDIT_OUTCOMES.find((known) => known === item["outcome"]?.S);
  if (Number.isNaN(at) || id === "") throw new UnreadableItem(AUDIT.rangeKey);
  if (outcome === undefined) throw new UnreadableItem("outcome");
  const reason = item["reason"]?.S;
  const details = item["details"]?.S;
  return {
    at,
    id,
    actor: text(item, "actor"),
    action: text(item, "action"),
    step: text(item, "step"),
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details: detailsOf(details) }),
  };
}

/**
 * The input of the PutItem that appends an entry. An entry that is there already is never overwritten: the repeat of a
 * write whose answer was lost fails with ConditionalCheckFailedException, which means that it is done.
 */
export const appendAudit = (tableName: string, entry: AuditEntry) => ({
  TableName: tableName,
  Item: toAuditItem(entry),
  ConditionExpression: `attribute_not_exists(${AUDIT.hashKey})`,
});

/** The input of the Query for a page of the trail, newest first. Eventually consistent: the replica of either region answers it. */
export const readAudit = (tableName: string, { limit, after }: { readonly limit: number; readonly after?: Item | undefined }) => ({
  TableName: tableName,
  KeyConditionExpression: "#trail = :trail",
  ExpressionAttributeNames: { "#trail": AUDIT.hashKey },
  ExpressionAttributeValues: { ":trail": { S: AUDIT.trail } },
  ScanIndexForward: false,
  Limit: limit,
  ...(after === undefined ? {} : { ExclusiveStartKey: after }),
});

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new UnreadableItem(attribute);
  return value;
}

function detailsOf(json: string): Readonly<Record<string, Json>> {
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as Readonly<Record<string, Json>>; // JSON.parse makes nothing else
  } catch {
    // Below: neither is what toAuditItem writes.
  }
  throw new UnreadableItem("details");
}
