import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { addNumbers, NumberError, subtractNumbers } from "../decimal";
import { validation } from "../intake";
import { members, scalarText } from "../values";

const wrongType = (): Error => validation("An operand in the update expression has an incorrect data type");

/** Exact sum or difference. Throws ValidationException for anything but numbers, and beyond their range. */
export function calculate(operator: "+" | "-", left: AttributeValue, right: AttributeValue): AttributeValue {
  if (left.N === undefined || right.N === undefined) throw wrongType();
  try {
    return { N: operator === "+" ? addNumbers(left.N, right.N) : subtractNumbers(left.N, right.N) };
  } catch (error) {
    if (error instanceof NumberError) throw validation(error.message);
    throw error;
  }
}

export function append(first: AttributeValue, second: AttributeValue): AttributeValue {
  if (!first.L || !second.L) throw wrongType();
  return { L: [...first.L, ...second.L] };
}

/** ADD: to a number the sum, to a set the union, to nothing the value itself. */
export function add(old: AttributeValue | undefined, value: AttributeValue): AttributeValue {
  if (!old) return value;
  if (value.N !== undefined) return calculate("+", old, value);
  const [before, added] = sameSets(old, value);
  const known = new Set(before.map(scalarText));
  return setLike(old, [...before, ...added.filter((member) => !known.has(scalarText(member)))]) ?? old;
}

/** DELETE: the set without the given members; undefined when none is left. */
export function erase(old: AttributeValue, value: AttributeValue): AttributeValue | undefined {
  const [before, erased] = sameSets(old, value);
  const gone = new Set(erased.map(scalarText));
  return setLike(old, before.filter((member) => !gone.has(scalarText(member))));
}

type Members = readonly AttributeValue[];

function sameSets(a: AttributeValue, b: AttributeValue): readonly [Members, Members] {
  const left = members(a);
  const right = members(b);
  const same = (["SS", "NS", "BS"] as const).some((type) => a[type] !== undefined && b[type] !== undefined);
  if (!left || !right || !same) throw wrongType();
  return [left, right];
}

function setLike(kind: AttributeValue, list: Members): AttributeValue | undefined {
  if (list.length === 0) return undefined;
  if (kind.SS) return { SS: list.flatMap(({ S }) => (S === undefined ? [] : [S])) };
  if (kind.NS) return { NS: list.flatMap(({ N }) => (N === undefined ? [] : [N])) };
  return { BS: list.flatMap(({ B }) => (B === undefined ? [] : [B])) };
}
