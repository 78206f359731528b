import { STATUSES } from "../../lambda/shared/constants";
import type { Attempt, Payment } from "../history";
import { differences, type CaseFile } from "./case-file";
import type { Check, Violation } from "./check";

/** What somebody knew of a payment, and since when. */
interface Known {
  readonly at: number;
  readonly payment: Payment;
}

const rank = (statuses: readonly string[], { status }: Payment): number => statuses.indexOf(status);

function judge(read: Attempt<"read">, known: readonly Known[], statuses: readonly string[]): readonly Violation[] {
  const before = known.filter(({ at }) => at <= read.invokedAt);
  const [first] = before;
  const { outcome } = read;
  if (!first || !outcome) return [];
  const id = read.request.paymentId;
  const evidence = { before, read };
  if (outcome.type !== "ok") {
    return outcome.value.status === 404 ? [{ invariant: "I8", message: `payment ${id} was known and a later read answered 404`, evidence }] : [];
  }
  const seen = outcome.value.payment;
  const changes = differences(first.payment, seen);
  if (changes.length > 0) return [{ invariant: "I8", message: `payment ${id} was read with other facts than were known: ${changes.join("; ")}`, evidence }];
  const furthest = Math.max(...before.map(({ payment }) => rank(statuses, payment)));
  if (rank(statuses, seen) >= furthest) return [];
  return [{ invariant: "I8", message: `payment ${id} was ${statuses[furthest] ?? "?"} and was read as ${seen.status} later`, evidence }];
}

/** @param statuses a payment's statuses in their order */
export const readsNeverGoBack = (statuses: readonly string[]): Check => ({
  invariant: "I8",
  holds: "strong reads by id never go back: what was acknowledged or read is found by every later read, unchanged, its status no earlier",
  inEventualMode: "measured",
  run: ({ payments, reads }: CaseFile) => {
    const known = new Map<string, Known[]>();
    const learn = ({ outcome, completedAt }: Attempt): void => {
      if (outcome?.type !== "ok") return;
      const { payment } = outcome.value;
      const list = known.get(payment.paymentId);
      if (list) list.push({ at: completedAt, payment });
      else known.set(payment.paymentId, [{ at: completedAt, payment }]);
    };
    for (const { attempts } of payments) attempts.forEach(learn);
    reads.forEach(learn);
    return reads.flatMap((read) => judge(read, known.get(read.request.paymentId) ?? [], statuses));
  },
});

export const strongReads = readsNeverGoBack(STATUSES);
