import { PAYMENTS, RESERVED_PREFIXES } from "../lambda/shared/constants";
import type { Item } from "../twin/services/dynamodb/index";

/** False for the items that health routes and canaries write. */
export const isPayment = (item: Item): boolean => {
  const id = item[PAYMENTS.hashKey]?.S ?? "";
  return !Object.values(RESERVED_PREFIXES).some((prefix) => id.startsWith(prefix));
};
