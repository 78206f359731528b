import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { PAYMENTS } from "./constants";
import { shardOf } from "./id";
import type { Payment } from "./payment";

export type Item = Record<string, AttributeValue>;

/** An item of the table that is no payment, or one that has lost a fact. */
export class UnreadableItem extends Error {
  override readonly name = "UnreadableItem";
  constructor(attribute: string) {
    super(`the stored item has no valid ${attribute}; written by something other than this platform`);
  }
}

/** The key of the status index: `ACCEPTED#2026-11-21#a`. */
export const statusShard = (status: string, date: string, shard: string): string => `${status}#${date}#${shard}`;

/** The payment as it is stored. */
export function toItem(payment: Payment): Item {
  const { paymentId, customerId, amount, currency, reference, status, region, createdAt } = payment;
  return {
    paymentId: { S: paymentId },
    customerId: { S: customerId },
    amount: { N: String(amount) },
    currency: { S: currency },
    ...(reference === undefined ? {} : { reference: { S: reference } }),
    status: { S: status },
    region: { S: region },
    createdAt: { S: createdAt },
    [PAYMENTS.statusIndex.hash]: { S: statusShard(status, createdAt.slice(0, 10), shardOf(paymentId)) },
  };
}

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new UnreadableItem(attribute);
  return value;
}

function amountOf(item: Item): number {
  const amount = Number(item["amount"]?.N);
  if (!Number.isSafeInteger(amount)) throw new UnreadableItem("amount");
  return amount;
}

/** The payment of a stored item. Throws {@link UnreadableItem}. Attributes of newer releases are not shown. */
export function fromItem(item: Item): Payment {
  const reference = item["reference"]?.S;
  return {
    paymentId: text(item, "paymentId"),
    customerId: text(item, "customerId"),
    amount: amountOf(item),
    currency: text(item, "currency"),
    ...(reference === undefined ? {} : { reference }),
    status: text(item, "status"),
    region: text(item, "region"),
    createdAt: text(item, "createdAt"),
  };
}
