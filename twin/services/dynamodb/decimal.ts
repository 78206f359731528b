/**
 * DynamoDB's numbers: exact decimals of at most 38 significant digits, magnitude 1E-130 to 9.99…E+125, kept as text in
 * plain notation. Source: "Supported data types and naming rules in Amazon DynamoDB" (Number). Never floats.
 */

const MAX_DIGITS = 38;
/** Exponents of the most significant digit. */
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;

/** `coefficient * 10 ** exponent`; the coefficient has no trailing zeros, zero has exponent 0. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Why a text is no number that DynamoDB stores, in its words. */
export class NumberError extends Error {
  override readonly name = "NumberError";
}

/** Already as DynamoDB would write it: an integer within the precision. */
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,37})$/;
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
/** Without sign, point or zeros at its ends: every digit counts. */
const SMALL_INTEGER = /^[1-9](?:\d*[1-9])?$/;
/** Integers that a float holds exactly. */
const SAFE_LENGTH = 15;

const digitsOf = (coefficient: bigint): string => (coefficient < 0n ? -coefficient : coefficient).toString();

function trimmed(coefficient: bigint, exponent: number): Decimal {
  if (coefficient === 0n) return { coefficient: 0n, exponent: 0 };
  const text = coefficient.toString();
  const zeros = text.length - text.replace(/0+$/, "").length;
  return { coefficient: BigInt(text.slice(0, text.length - zeros)), exponent: exponent + zeros };
}

function parse(text: string): Decimal {
  const match = NUMBER.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  if (!match || whole + fraction === "") {
    throw new NumberError(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return trimmed(BigInt((sign === "-" ? "-" : "") + whole + fraction), Number(exponent) - fraction.length);
}

function checked(decimal: Decimal): Decimal {
  if (decimal.coefficient === 0n) return decimal;
  const digits = digitsOf(decimal.coefficient).length;
  const magnitude = decimal.exponent + digits - 1;
  if (magnitude > MAX_EXPONENT) {
    throw new NumberError("Number overflow. Attempting to store a number with magnitude larger than supported range");
  }
  if (magnitude < MIN_EXPONENT) {
    throw new NumberError("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  }
  if (digits > MAX_DIGITS) throw new NumberError("Attempting to store more than 38 significant digits in a Number");
  return decimal;
}

function format({ coefficient, exponent }: Decimal): string {
  const sign = coefficient < 0n ? "-" : "";
  const digits = digitsOf(coefficient);
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  const point = digits.length + exponent;
  if (point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${sign}0.${"0".repeat(-point)}${digits}`;
}

/** The number as DynamoDB stores and returns it: `1.50` -> `1.5`, `1E3` -> `1000`. Throws {@link NumberError}. */
export function normaliseNumber(text: string): string {
  return PLAIN_INTEGER.test(text) ? text : format(checked(parse(text)));
}

/** Negative, zero or positive, exactly. Both are normalised. */
export function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= SAFE_LENGTH && b.length <= SAFE_LENGTH && !a.includes(".") && !b.includes(".")) {
    return Number(a) - Number(b);
  }
  const [left, right] = aligned(parse(a), parse(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Exact sum. Throws {@link NumberError} when the result has more digits or magnitude than DynamoDB stores. */
export function addNumbers(a: string, b: string): string {
  return sum(parse(a), parse(b));
}

/** Exact difference, see {@link addNumbers}. */
export function subtractNumbers(a: string, b: string): string {
  const { coefficient, exponent } = parse(b);
  return sum(parse(a), { coefficient: -coefficient, exponent });
}

/** Significant digits of a normalised number: what its storage size depends on. */
export function significantDigits(text: string): number {
  if (SMALL_INTEGER.test(text)) return text.length;
  return text.replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
}

function sum(a: Decimal, b: Decimal): string {
  const [left, right] = aligned(a, b);
  return format(checked(trimmed(left + right, Math.min(a.exponent, b.exponent))));
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [scaled(a, exponent), scaled(b, exponent)];
}

const scaled = ({ coefficient, exponent }: Decimal, to: number): bigint => coefficient * 10n ** BigInt(exponent - to);
