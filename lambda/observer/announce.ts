import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { appendAudit, type AuditEntry } from "../shared/audit";
import { ANNOUNCE_BUDGET, ANNOUNCE_DEADLINE_MS } from "../shared/budgets";
import { isoTime } from "../shared/clock";
import { ENV } from "../shared/constants";
import { within } from "../shared/deadline";
import { errorFields } from "../shared/log";
import { requireEnv, type Runtime } from "../shared/runtime";
import type { Observed, Transition } from "./logic";

const SUBJECT_LENGTH = 100;

const SUBJECTS: Readonly<Record<Transition["subject"], (to: string) => string>> = {
  primary: (to) => `the primary is ${to}`,
  secondary: (to) => `the secondary is ${to}`,
  dns: (to) => `DNS answers the ${to}`,
  latch: (to) => `the latch is ${to}`,
};

/** The message to people and to programs that read the topic: its shape is stable. Subjects are at most 100 characters (SNS). */
export function messageOf(hostname: string, { subject, from, to }: Transition, { observedAt, latchState, dns }: Observed): { readonly subject: string; readonly message: string } {
  const text = `${SUBJECTS[subject](to)}, was ${from}`;
  return {
    subject: `${hostname}: ${text}`.slice(0, SUBJECT_LENGTH),
    message: JSON.stringify({ source: "payments-observer", hostname, subject, from, to, at: isoTime(observedAt), text, latchState, dns }),
  };
}

/** The line of the trail. Its id is of the look that saw it: a repeat appends nothing. */
export const entryOf = ({ subject, from, to }: Transition, { observedAt, version, latchState, dns }: Observed): AuditEntry => ({
  at: observedAt,
  id: `observer-${version}-${subject}`,
  actor: "observer",
  action: "watch",
  step: subject,
  outcome: "observed",
  reason: `${SUBJECTS[subject](to)}, was ${from}`,
  details: { from, to, latchState, dns },
});

/** Tells the topic and the trail, each on its own: what one of them refuses is logged, and the other still hears it. Never rejects. */
export function createAnnounce(runtime: Runtime): (transition: Transition, observed: Observed) => Promise<void> {
  const hostname = requireEnv(runtime, ENV.FAILOVER_HOSTNAME);
  const topicArn = requireEnv(runtime, ENV.ALERTS_TOPIC_ARN);
  const auditTable = requireEnv(runtime, ENV.AUDIT_TABLE_NAME);
  const sns = runtime.client(SNSClient, ANNOUNCE_BUDGET);
  const dynamodb = runtime.client(DynamoDBClient, ANNOUNCE_BUDGET);
  const attempt = async (what: string, transition: Transition, work: Promise<unknown>): Promise<void> => {
    try {
      await within(runtime.clock, ANNOUNCE_DEADLINE_MS, what, work);
    } catch (error) {
      runtime.log({ level: "error", message: "transition not told", what, ...transition, ...errorFields(error) });
    }
  };
  return async (transition, observed) => {
    const { subject, message } = messageOf(hostname, transition, observed);
    runtime.log({ level: "warn", message: subject, ...transition, at: isoTime(observed.observedAt) });
    await Promise.all([
      attempt("the alert topic", transition, sns.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: message }))),
      attempt("the audit trail", transition, dynamodb.send(new PutItemCommand(appendAudit(auditTable, entryOf(transition, observed))))),
    ]);
  };
}
