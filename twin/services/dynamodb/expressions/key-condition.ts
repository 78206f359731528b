import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validation } from "../intake";
import { compareStrings, compareValues } from "../values";
import { beginsWith, type Values } from "./condition";
import { parseCondition, type Condition, type Operand } from "./condition-parser";
import type { Parser } from "./parser";

/** Which side of a range of sort keys a value lies on: negative = before, 0 = inside, positive = after. */
export type Side = (value: AttributeValue) => number;

interface RangeCondition {
  readonly operator: "=" | "<" | "<=" | ">" | ">=" | "BETWEEN" | "begins_with";
  readonly values: readonly string[];
}

/** Conditions by attribute name; at most one each. */
export interface CompiledKeyCondition {
  readonly conditions: ReadonlyMap<string, RangeCondition>;
}

/** Source: "Key condition expressions for the Query operation in DynamoDB". */
export function compileKeyCondition(parser: Parser): CompiledKeyCondition {
  const conditions = new Map<string, RangeCondition>();
  for (const condition of conjuncts(parseCondition(parser), parser)) {
    const [name, range] = single(condition, parser);
    if (conditions.has(name)) throw validation("KeyConditionExpressions must only contain one condition per key");
    conditions.set(name, range);
  }
  if (conditions.size > 2) throw validation("Conditions can be of length 1 or 2 only");
  return { conditions };
}

function conjuncts(condition: Condition, parser: Parser): Condition[] {
  return condition.kind === "and" ? [...conjuncts(condition.left, parser), ...conjuncts(condition.right, parser)] : [condition];
}

function single(condition: Condition, parser: Parser): readonly [string, RangeCondition] {
  switch (condition.kind) {
    case "compare":
      if (condition.operator === "<>") throw parser.error("Invalid operator used in KeyConditionExpression: <>");
      return [keyOf(condition.left, condition.operator), { operator: condition.operator, values: [valueOf(condition.right)] }];
    case "between":
      return [keyOf(condition.operand, "BETWEEN"), { operator: "BETWEEN", values: [condition.low, condition.high].map(valueOf) }];
    case "begins_with":
      return [keyOf(condition.operand, "begins_with"), { operator: "begins_with", values: [valueOf(condition.part)] }];
    default:
      throw validation(`Invalid operator used in KeyConditionExpression: ${operatorName(condition)}`);
  }
}

const operatorName = (condition: Condition): string => {
  if (condition.kind === "exists") return condition.expected ? "attribute_exists" : "attribute_not_exists";
  if (condition.kind === "type") return "attribute_type";
  return condition.kind === "contains" ? "contains" : condition.kind.toUpperCase();
};

function keyOf(operand: Operand, operator: string): string {
  if (operand.kind !== "path") {
    throw validation(`Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`);
  }
  if (operand.path.length > 1) throw validation("KeyConditionExpressions cannot have conditions on nested attributes");
  return operand.path[0];
}

function valueOf(operand: Operand): string {
  if (operand.kind === "path") {
    throw validation("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
  }
  if (operand.kind === "size") throw validation("KeyConditionExpressions cannot contain nested operations");
  return operand.name;
}

/** The hash key's value and the sort key's range for the keys of a table or index. Throws ValidationException. */
export function resolveKeyCondition(
  { conditions }: CompiledKeyCondition,
  values: Values,
  hash: { readonly name: string; readonly type: string },
  range: { readonly name: string; readonly type: string } | undefined,
): { readonly hash: AttributeValue; readonly side?: Side } {
  const onHash = conditions.get(hash.name);
  const onRange = range && conditions.get(range.name);
  if (!onHash) throw validation(`Query condition missed key schema element: ${hash.name}`);
  if (conditions.size > (onRange ? 2 : 1)) {
    throw validation(range ? `Query condition missed key schema element: ${range.name}` : "Query key condition not supported");
  }
  if (onHash.operator !== "=") throw validation("Query key condition not supported");
  const [hashValue] = typed(onHash, values, hash.type);
  if (!hashValue) throw validation("Query key condition not supported");
  if (!onRange || !range) return { hash: hashValue };
  if (onRange.operator === "begins_with" && range.type === "N") throw validation("Query key condition not supported");
  return { hash: hashValue, side: sideOf(onRange.operator, typed(onRange, values, range.type)) };
}

function typed(condition: RangeCondition, values: Values, type: string): readonly AttributeValue[] {
  return condition.values.map((name) => {
    const value = values[name];
    if (!value || !Object.hasOwn(value, type)) {
      throw validation("One or more parameter values were invalid: Condition parameter type does not match schema type");
    }
    return value;
  });
}

function sideOf(operator: RangeCondition["operator"], [first, second]: readonly AttributeValue[]): Side {
  if (!first) return () => 0;
  const order = (value: AttributeValue): number => compareValues(value, first) ?? 1;
  switch (operator) {
    case "=":
      return order;
    case "<":
      return (value) => (order(value) < 0 ? 0 : 1);
    case "<=":
      return (value) => (order(value) <= 0 ? 0 : 1);
    case ">":
      return (value) => (order(value) > 0 ? 0 : -1);
    case ">=":
      return (value) => (order(value) >= 0 ? 0 : -1);
    case "begins_with":
      return (value) => (beginsWith(value, first) ? 0 : value.S !== undefined && first.S !== undefined ? compareStrings(value.S, first.S) : order(value));
    case "BETWEEN": {
      if (!second) return order;
      if ((compareValues(first, second) ?? 0) > 0) {
        throw validation(
          "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound",
        );
      }
      return (value) => (order(value) < 0 ? -1 : Math.max(0, compareValues(value, second) ?? 1));
    }
  }
}
