import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { validation } from "../intake";
import { typeOf, type Item, type ItemDraft, type Type } from "../values";
import type { Values } from "./condition";
import { refuseOverlaps } from "./overlap";
import type { Parser } from "./parser";
import { picker, valueAt } from "./paths";
import { parseUpdate, type Source, type UpdateActions } from "./update-parser";
import { add, append, calculate, erase } from "./update-operators";
import { withEdits, type Edit } from "./update-edits";

/** A compiled update expression. */
export interface CompiledUpdate {
  /** Names of the top-level attributes that it may change. */
  readonly targets: ReadonlySet<string>;
  /** The parts of an item that it may change. */
  readonly pick: (item: Item) => ItemDraft;
  /** Throws ValidationException for operands that AWS refuses whatever the item is. */
  readonly verify: (values: Values) => void;
  /** The item after the update; the given one stays as it is. Every operand is read from the given item. */
  readonly apply: (item: Item, values: Values) => Item;
}

const ADDABLE: readonly Type[] = ["N", "SS", "NS", "BS"];
const SETS: readonly Type[] = ["SS", "NS", "BS"];

const TYPE_NAMES: Readonly<Record<Type, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  SS: "STRING_SET",
  NS: "NUMBER_SET",
  BS: "BINARY_SET",
  M: "MAP",
  L: "LIST",
  NULL: "NULL",
  BOOL: "BOOLEAN",
};

export function compileUpdate(parser: Parser): CompiledUpdate {
  const actions = parseUpdate(parser);
  const paths = [...actions.set.map(({ path }) => path), ...actions.remove, ...actions.add.map(({ path }) => path), ...actions.delete.map(({ path }) => path)];
  refuseOverlaps(paths, parser);
  const checks = [
    ...actions.set.flatMap(({ source }) => sourceChecks(source, parser)),
    ...actions.add.map(({ value }) => sectionCheck("ADD", ADDABLE, value, parser)),
    ...actions.delete.map(({ value }) => sectionCheck("DELETE", SETS, value, parser)),
  ];
  return {
    targets: new Set(paths.map(([name]) => name)),
    pick: picker(paths),
    verify: (values) => {
      for (const check of checks) check(values);
    },
    apply: (item, values) => apply(actions, item, values),
  };
}

type Check = (values: Values) => void;

function sectionCheck(section: "ADD" | "DELETE", allowed: readonly Type[], name: string, parser: Parser): Check {
  return (values) => {
    const value = values[name];
    const type = value && typeOf(value);
    if (type && !allowed.includes(type)) {
      throw parser.error(
        `Incorrect operand type for operator or function; operator: ${section}, operand type: ${TYPE_NAMES[type]}, ` +
          `typeSet: ALLOWED_FOR_${section}_OPERAND`,
      );
    }
  };
}

function sourceChecks(source: Source, parser: Parser): Check[] {
  switch (source.kind) {
    case "path":
    case "value":
      return [];
    case "if_not_exists":
      return sourceChecks(source.otherwise, parser);
    case "list_append":
      return [source.first, source.second].flatMap((operand) => [...operandCheck(operand, "L", source.kind, parser), ...sourceChecks(operand, parser)]);
    case "+":
    case "-":
      return [source.left, source.right].flatMap((operand) => [...operandCheck(operand, "N", source.kind, parser), ...sourceChecks(operand, parser)]);
  }
}

function operandCheck(operand: Source, wanted: Type, operator: string, parser: Parser): Check[] {
  if (operand.kind !== "value") return [];
  return [
    (values) => {
      const value = values[operand.name];
      const type = value && typeOf(value);
      if (type && type !== wanted) {
        throw parser.error(`Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`);
      }
    },
  ];
}

function apply(actions: UpdateActions, item: Item, values: Values): Item {
  const edits: Edit[] = actions.set.map(({ path, source }) => ({ path, value: evaluate(source, item, values) }));
  for (const { path, value } of actions.add) edits.push({ path, value: add(valueAt(item, path), given(values, value)) });
  for (const { path, value } of actions.delete) {
    const old = valueAt(item, path);
    // Nothing to delete from: no change, unless the path itself leads nowhere.
    edits.push({ path, value: old && erase(old, given(values, value)) });
  }
  for (const path of actions.remove) edits.push({ path, value: undefined });
  return withEdits(item, edits);
}

function given(values: Values, name: string): AttributeValue {
  const value = values[name];
  if (!value) throw validation(`An expression attribute value used in expression is not defined; attribute value: ${name}`);
  return value;
}

function evaluate(source: Source, item: Item, values: Values): AttributeValue {
  switch (source.kind) {
    case "value":
      return given(values, source.name);
    case "path": {
      const value = valueAt(item, source.path);
      if (!value) throw validation("The provided expression refers to an attribute that does not exist in the item");
      return value;
    }
    case "if_not_exists":
      return valueAt(item, source.path) ?? evaluate(source.otherwise, item, values);
    case "list_append":
      return append(evaluate(source.first, item, values), evaluate(source.second, item, values));
    case "+":
    case "-":
      return calculate(source.kind, evaluate(source.left, item, values), evaluate(source.right, item, values));
  }
}
