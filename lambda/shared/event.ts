import type { Payment } from "./payment";

/** What consumers subscribe to. */
export const PAYMENT_ACCEPTED = "payment.accepted";

/** A publication of SNS, without its topic. */
export interface PaymentEvent {
  readonly message: string;
  readonly attributes: Readonly<Record<"eventId" | "eventType" | "region", { readonly DataType: "String"; readonly StringValue: string }>>;
}

const text = (StringValue: string) => ({ DataType: "String", StringValue }) as const;

/**
 * The event of a payment. Both regions tell it, and a retry may tell it again: consumers drop what they know by
 * `eventId`, which is the payment's id. The message is the same wherever it is derived; only the attribute `region` says
 * where that was. The reference is not in it: free text of a customer stays in the table and the receipt.
 */
export function eventOf(payment: Payment, derivedIn: string): PaymentEvent {
  const { paymentId, customerId, amount, currency, region, createdAt } = payment;
  const message = { eventId: paymentId, eventType: PAYMENT_ACCEPTED, paymentId, customerId, amount, currency, acceptedIn: region, acceptedAt: createdAt };
  return {
    message: JSON.stringify(message),
    attributes: { eventId: text(paymentId), eventType: text(PAYMENT_ACCEPTED), region: text(derivedIn) },
  };
}
