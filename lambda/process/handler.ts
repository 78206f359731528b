import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PAYMENT_BUDGET, PAYMENT_DEADLINE_MS } from "../shared/budgets";
import { isoTime } from "../shared/clock";
import { ENV, PAYMENTS, REGION_VARIABLE } from "../shared/constants";
import { within } from "../shared/deadline";
import { outcomeUnknown, unavailable } from "../shared/errors";
import { serve, type ApiHandler } from "../shared/http";
import { errorFields, type Log } from "../shared/log";
import { changedNothing } from "../shared/outcome";
import type { Payment } from "../shared/payment";
import { isNamed, property } from "../shared/property";
import { parsePayment } from "../shared/request";
import { requireEnv, type Runtime } from "../shared/runtime";
import { fromItem, toItem, type Item } from "../shared/table";
import { created, newPayment, repeated } from "./logic";

/** `POST /payments`: one conditional write, see docs/decisions.md, "The payment path". */
export function createHandler(runtime: Runtime): ApiHandler {
  const { clock } = runtime;
  const region = requireEnv(runtime, REGION_VARIABLE);
  const tableName = requireEnv(runtime, ENV.TABLE_NAME);
  const client = runtime.client(DynamoDBClient, PAYMENT_BUDGET);

  /** Stores the payment. Resolves with the payment that was there before it, if any. */
  const put = async (payment: Payment, log: Log): Promise<Payment | undefined> => {
    const command = new PutItemCommand({
      TableName: tableName,
      Item: toItem(payment),
      ConditionExpression: `attribute_not_exists(${PAYMENTS.hashKey})`,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    try {
      await within(clock, PAYMENT_DEADLINE_MS, "the payment's write", client.send(command));
      return undefined;
    } catch (error) {
      const stored = storedItem(error);
      if (stored) return fromItem(stored);
      log.error("payment not stored", { paymentId: payment.paymentId, ...errorFields(error) });
      throw changedNothing(error) ? unavailable() : outcomeUnknown();
    }
  };

  return serve(runtime, {
    name: "process",
    unforeseen: "unknown",
    handle: async (event, log) => {
      const keyed = parsePayment(event);
      const payment = newPayment(keyed, region, isoTime(clock.now()));
      const stored = await put(payment, log);
      const answer = stored ? repeated(keyed.request, stored) : created(payment);
      log.info(stored ? "payment repeated" : "payment accepted", { paymentId: payment.paymentId });
      return answer;
    },
  });
}

/** The item that made the condition fail; undefined for every other error. Throws where the answer lacks the item. */
function storedItem(error: unknown): Item | undefined {
  if (!isNamed(error, "ConditionalCheckFailedException")) return undefined;
  const item = property(error, "Item") as Item | undefined; // the exception's shape, ConditionalCheckFailedException
  if (!item) throw new Error("the condition failed without the stored item, though ReturnValuesOnConditionCheckFailure asks for it");
  return item;
}
