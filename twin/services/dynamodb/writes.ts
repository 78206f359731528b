import type {
  DeleteItemInput,
  DeleteItemOutput,
  PutItemInput,
  PutItemOutput,
  ReturnValuesOnConditionCheckFailure,
  UpdateItemInput,
  UpdateItemOutput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../errors";
import { RequestExpressions } from "./expressions/compiled";
import type { CompiledCondition, Values } from "./expressions/condition";
import type { CompiledUpdate } from "./expressions/update";
import { oneOf, refuseUnmodelled, required } from "./input";
import { intakeItem, validation } from "./intake";
import type { Replica } from "./replica";
import { checkIndexKeys, checkItemKeys, checkKey, keyList, MAX_ITEM_BYTES } from "./schema";
import { copyItem, itemSize, type Item, type ItemDraft } from "./values";

/** Finds a table by name or ARN, or throws ResourceNotFoundException. */
export type FindTable = (name: string | undefined) => Replica;

type OnFailure = ReturnValuesOnConditionCheckFailure | undefined;

/** Throws ConditionalCheckFailedException, with the item where the request asks for it. */
function requireCondition(condition: CompiledCondition | undefined, values: Values, before: Item | undefined, onFailure: OnFailure): void {
  if (!condition || condition.test(before, values)) return;
  const Item = onFailure === "ALL_OLD" && before ? { Item: copyItem(before) } : {};
  throw new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, Item);
}

const attributes = (item: Item | undefined): { Attributes?: ItemDraft } =>
  item && Object.keys(item).length > 0 ? { Attributes: copyItem(item) } : {};

const RETURN_VALUES = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"] as const;

/** PutItem and DeleteItem return nothing new. */
function oldOrNothing(given: string | undefined): "NONE" | "ALL_OLD" {
  const value = oneOf(given, "ReturnValues", RETURN_VALUES);
  if (value !== "NONE" && value !== "ALL_OLD") throw validation("Return values set to invalid value");
  return value;
}

interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: OnFailure;
}

function conditionOf(expressions: RequestExpressions, input: Conditional): CompiledCondition | undefined {
  oneOf(input.ReturnValuesOnConditionCheckFailure, "ReturnValuesOnConditionCheckFailure", ["NONE", "ALL_OLD"]);
  return expressions.of("ConditionExpression", input.ConditionExpression);
}

/** Replaces or creates an item. */
export function putItem(input: PutItemInput, find: FindTable): PutItemOutput {
  refuseUnmodelled(input);
  const expressions = new RequestExpressions(input);
  const { values } = expressions;
  const returned = oldOrNothing(input.ReturnValues);
  const condition = conditionOf(expressions, input);
  expressions.finish();
  condition?.verify(values);
  const item = intakeItem(required(input.Item, "Item"));
  const table = find(input.TableName);
  checkItemKeys(item, table.definition);
  const next = { item, size: checkedSize(item, "Item size has exceeded the maximum allowed size") };

  const { before } = table.write(item, (stored) => {
    requireCondition(condition, values, stored, input.ReturnValuesOnConditionCheckFailure);
    return next;
  });
  return returned === "ALL_OLD" ? attributes(before) : {};
}

/** Deletes an item, if there is one. */
export function deleteItem(input: DeleteItemInput, find: FindTable): DeleteItemOutput {
  refuseUnmodelled(input);
  const expressions = new RequestExpressions(input);
  const { values } = expressions;
  const returned = oldOrNothing(input.ReturnValues);
  const condition = conditionOf(expressions, input);
  expressions.finish();
  condition?.verify(values);
  const key = intakeItem(required(input.Key, "Key"));
  const table = find(input.TableName);
  checkKey(key, table.definition.keys);

  const { before } = table.write(key, (stored) => {
    requireCondition(condition, values, stored, input.ReturnValuesOnConditionCheckFailure);
    return undefined;
  });
  return returned === "ALL_OLD" ? attributes(before) : {};
}

/** Changes an item, or creates it. */
export function updateItem(input: UpdateItemInput, find: FindTable): UpdateItemOutput {
  refuseUnmodelled(input);
  const expressions = new RequestExpressions(input);
  const { values } = expressions;
  const returned = oneOf(input.ReturnValues, "ReturnValues", RETURN_VALUES);
  const update = expressions.of("UpdateExpression", input.UpdateExpression);
  const condition = conditionOf(expressions, input);
  expressions.finish();
  update?.verify(values);
  condition?.verify(values);
  const key = intakeItem(required(input.Key, "Key"));
  const table = find(input.TableName);
  const { keys, indexes } = table.definition;
  checkKey(key, keys);
  if (update) refuseKeyChange(update, table);

  const { before, after } = table.write(key, (stored) => {
    requireCondition(condition, values, stored, input.ReturnValuesOnConditionCheckFailure);
    const item = update ? update.apply(stored ?? key, values) : (stored ?? key);
    for (const index of indexes) checkIndexKeys(item, index);
    return { item, size: checkedSize(item, "Item size to update has exceeded the maximum allowed size") };
  });
  const picked = (item: Item | undefined): Item | undefined => (item && update ? update.pick(item) : undefined);
  switch (returned) {
    case "NONE":
      return {};
    case "ALL_OLD":
      return attributes(before);
    case "ALL_NEW":
      return attributes(after);
    case "UPDATED_OLD":
      return attributes(picked(before));
    case "UPDATED_NEW":
      return attributes(picked(after));
  }
}

function checkedSize(item: Item, tooLarge: string): number {
  const size = itemSize(item);
  if (size > MAX_ITEM_BYTES) throw validation(tooLarge);
  return size;
}

function refuseKeyChange({ targets }: CompiledUpdate, { definition }: Replica): void {
  const key = keyList(definition.keys).find(({ name }) => targets.has(name));
  if (key) {
    throw validation(`One or more parameter values were invalid: Cannot update attribute ${key.name}. This attribute is part of the key`);
  }
}
