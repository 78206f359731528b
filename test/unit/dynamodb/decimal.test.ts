import { addNumbers, compareNumbers, normaliseNumber, subtractNumbers } from "../../../twin/services/dynamodb/decimal";

const NINES = "9".repeat(38);

describe("an amount is stored as the exact decimal that was sent", () => {
  it.each([
    ["0", "0"],
    ["-0", "0"],
    ["007", "7"],
    ["1.50", "1.5"],
    ["+3", "3"],
    [".5", "0.5"],
    ["5.", "5"],
    ["1E3", "1000"],
    ["1.5e-3", "0.0015"],
    ["-12.00", "-12"],
    [NINES, NINES],
    [`${NINES}000`, `${NINES}000`],
    ["1e125", `1${"0".repeat(125)}`],
    ["1e-130", `0.${"0".repeat(129)}1`],
  ])("%s is stored as %s", (given, stored) => expect(normaliseNumber(given)).toBe(stored));

  it.each([
    ["", /cannot be converted to a numeric value/],
    ["abc", /cannot be converted to a numeric value: abc/],
    ["1e", /cannot be converted/],
    ["--1", /cannot be converted/],
    ["0x10", /cannot be converted/],
    ["NaN", /cannot be converted/],
    ["Infinity", /cannot be converted/],
    [`${NINES}9`, /more than 38 significant digits/],
    [`0.${"1".repeat(39)}`, /more than 38 significant digits/],
    ["1e126", /Number overflow/],
    ["-1e126", /Number overflow/],
    ["1e-131", /Number underflow/],
  ])("%s is refused", (given, message) => expect(() => normaliseNumber(given)).toThrow(message));
});

describe("a comparison sees differences that a float does not", () => {
  it.each([
    ["1", "2", -1],
    ["10", "9", 1],
    ["-10", "-9", -1],
    ["0.1", "0.10", 0],
    ["12345678901234567890.1", "12345678901234567890.2", -1],
    ["9007199254740993", "9007199254740992", 1],
    [NINES, `${NINES.slice(1)}8`, 1],
    [normaliseNumber("1e-130"), "0", 1],
    [normaliseNumber("-1e125"), normaliseNumber("1e-130"), -1],
  ])("%s against %s is %i", (a, b, order) => expect(Math.sign(compareNumbers(normaliseNumber(a), normaliseNumber(b)))).toBe(order));
});

describe("a sum is exact, or it is refused", () => {
  it.each([
    ["0.1", "0.2", "0.3"],
    ["9007199254740993", "1", "9007199254740994"],
    [NINES, "1", `1${"0".repeat(38)}`],
    ["-5", "5", "0"],
    ["1.5", "-0.5", "1"],
  ])("%s + %s = %s", (a, b, sum) => expect(addNumbers(a, b)).toBe(sum));

  it("0.3 - 0.1 is 0.2", () => expect(subtractNumbers("0.3", "0.1")).toBe("0.2"));
  it("a sum of 39 digits is refused", () => expect(() => addNumbers(NINES, "0.1")).toThrow(/38 significant digits/));
  it("a sum beyond the range is refused", () => {
    const most = normaliseNumber("9.9e125");
    expect(() => addNumbers(most, most)).toThrow(/Number overflow/);
  });
});
