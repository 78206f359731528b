import { DynamoDBClient, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { appendAudit, fromAuditItem, readAudit, type AuditEntry, type AuditOutcome, type Json } from "../lambda/shared/audit";
import { isNamed } from "../lambda/shared/property";
import { timed, token, whyOf, type OperatorAccess, type Step } from "./operator";

/** The steps of one operation: told to people at once, appended to the audit trail as it goes. */
export interface Trail {
  readonly steps: readonly Step[];
  add(step: string, outcome: AuditOutcome, text: string, details?: Readonly<Record<string, Json>>): void;
  /** Waits for what is still being appended. Never rejects: an operation does not fail for its trail. */
  written(): Promise<void>;
}

/** @param reason what the operator typed; in every line */
export function openTrail(access: OperatorAccess, action: string, reason: string | undefined): Trail {
  const steps: Step[] = [];
  let actor: Promise<string> | undefined;
  let last: Promise<void> = Promise.resolve();
  const append = async (step: Step, index: number): Promise<void> => {
    actor ??= callerOf(access);
    const { at, step: name, outcome, text, details } = step;
    const entry: AuditEntry = { at, id: `${String(index).padStart(3, "0")}-${token(access.random)}`, actor: await actor, action, step: name, outcome, ...(reason ? { reason } : {}), details: { text, ...details } };
    const failure = await appendEntry(access, entry);
    if (failure !== undefined) access.out(`  (not in the audit trail: ${failure})`);
  };
  return {
    steps,
    add: (step, outcome, text, details) => {
      const line: Step = { at: Math.floor(access.clock.now()), step, outcome, text, ...(details ? { details } : {}) };
      steps.push(line);
      // How it ended is the result's to tell, once.
      if (outcome !== "refused" && outcome !== "failed") access.out(`${outcome === "started" ? "" : "  "}${text}`);
      // Lines of one millisecond are sorted by their ids.
      const index = steps.length;
      last = last.then(() => append(line, index));
    },
    written: () => last,
  };
}

const regionsOf = ({ outputs: { regions } }: OperatorAccess): readonly string[] => [regions.secondary, regions.primary];

/** The ARN of whoever's credentials these are, by the secondary's STS, else the primary's. */
async function callerOf(access: OperatorAccess): Promise<string> {
  for (const region of regionsOf(access)) {
    try {
      const { Arn } = await timed(access, `STS in ${region}`, access.client(STSClient, region).send(new GetCallerIdentityCommand({})));
      if (Arn !== undefined) return Arn;
    } catch {
      // The next region may answer; who did it is best effort.
    }
  }
  return "unknown (STS did not answer)";
}

/** Through the secondary, else the primary. Resolves with why not, where neither took it. */
async function appendEntry(access: OperatorAccess, entry: AuditEntry): Promise<string | undefined> {
  let failure = "";
  for (const region of regionsOf(access)) {
    try {
      const put = new PutItemCommand(appendAudit(access.outputs.auditTableName, entry));
      await timed(access, `the audit table in ${region}`, access.client(DynamoDBClient, region).send(put));
      return undefined;
    } catch (error) {
      // The SDK's repeat of a write whose answer was lost.
      if (isNamed(error, "ConditionalCheckFailedException")) return undefined;
      failure = whyOf(error);
    }
  }
  return failure;
}

/** The last lines of the trail, newest first, from the secondary, else the primary. Rejects where neither answers. */
export async function lastEntries(access: OperatorAccess, limit: number): Promise<readonly AuditEntry[]> {
  const query = (region: string) => {
    const command = new QueryCommand(readAudit(access.outputs.auditTableName, { limit }));
    return timed(access, `the audit table in ${region}`, access.client(DynamoDBClient, region).send(command));
  };
  const [first = "", second = ""] = regionsOf(access);
  const { Items = [] } = await query(first).catch(() => query(second));
  return Items.map(fromAuditItem);
}
