import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { PAYMENTS, PAYMENT_PREFIX } from "../../lambda/shared/constants";
import type { StackOutputs } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import { sdkClient } from "../../twin/runtime";

/**
 * Puts an item with a payment's id and none of its facts into a region's table, as a careless repair by hand would: its
 * record gets past the stream's filter, and no release can derive anything from it.
 * @returns its id
 */
export async function poison(cloud: Cloud, { regions, tableName }: StackOutputs, role: "primary" | "secondary"): Promise<string> {
  const id = `${PAYMENT_PREFIX}${cloud.kernel.random("poison").id(52).toLowerCase()}`;
  const client = sdkClient(cloud, regions[role], DynamoDBClient);
  await client.send(new PutItemCommand({ TableName: tableName, Item: { [PAYMENTS.hashKey]: { S: id }, note: { S: "repaired by hand" } } }));
  return id;
}
