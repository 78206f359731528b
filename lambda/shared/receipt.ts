import { RECEIPTS } from "./constants";
import { PAYMENT_ID } from "./id";
import type { Payment } from "./payment";
import { fromItem, UnreadableItem, type Item } from "./table";

/** A receipt as it is stored: the same in every region, whoever derives it and how often. */
export interface Receipt {
  /** `receipts/<yyyy>/<mm>/<dd>/<paymentId>.json`, of the day (UTC) on which the payment was accepted. */
  readonly key: string;
  /** JSON in UTF-8, its members in a fixed order, ended by a line feed. */
  readonly body: string;
}

/** Written into every receipt; raised when the members change, since receipts that exist are never rewritten. */
const FORMAT = 1;

const CREATED_AT = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/**
 * The receipt of a payment: a pure function of its facts. The status is no fact: it moves on, and a receipt that is
 * derived later must be the same to the byte.
 */
export function receiptOf(payment: Payment): Receipt {
  const { paymentId, customerId, amount, currency, reference, region, createdAt } = payment;
  const [, year, month, day] = CREATED_AT.exec(createdAt) ?? [];
  if (year === undefined || month === undefined || day === undefined) throw new UnreadableItem("createdAt");
  if (!PAYMENT_ID.test(paymentId)) throw new UnreadableItem("paymentId");
  const facts = { format: FORMAT, paymentId, customerId, amount, currency, ...(reference === undefined ? {} : { reference }), acceptedIn: region, acceptedAt: createdAt };
  return { key: `${RECEIPTS.prefix}${year}/${month}/${day}/${paymentId}.json`, body: `${JSON.stringify(facts)}\n` };
}

/** The payment of an item from which receipt and event can be derived. Throws {@link UnreadableItem}. */
export function derivable(item: Item): Payment {
  const payment = fromItem(item);
  receiptOf(payment);
  return payment;
}
