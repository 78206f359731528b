import { ApiError } from "../shared/errors";
import type { Answer } from "../shared/http";
import { paymentIdOf } from "../shared/id";
import { differences, type Payment, type PaymentRequest } from "../shared/payment";
import type { KeyedRequest } from "../shared/request";

/** The payment that a request makes if it is the first with its key. */
export function newPayment({ request, key }: KeyedRequest, region: string, createdAt: string): Payment {
  return { paymentId: paymentIdOf(request.customerId, key), ...request, status: "ACCEPTED", region, createdAt };
}

/** The answer to the first request with a key. */
export const created = (payment: Payment): Answer => ({
  status: 201,
  body: { ...payment },
  headers: { location: `/payments/${payment.paymentId}` },
});

/**
 * The answer when the key's payment is already there: that payment as it is stored, whatever region asks. Throws a 409
 * where the request asks for something else.
 */
export function repeated(request: PaymentRequest, stored: Payment): Answer {
  const different = differences(request, stored);
  if (different.length > 0) {
    throw new ApiError("IDEMPOTENCY_CONFLICT", "This Idempotency-Key belongs to another payment of the customer. Use a new key for a new payment.", different);
  }
  return { status: 200, body: { ...stored } };
}
