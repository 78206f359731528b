import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../errors";
import { intakeValue, validation } from "../intake";
import { compileCondition, type CompiledCondition, type Values } from "./condition";
import { compileKeyCondition, type CompiledKeyCondition } from "./key-condition";
import { Parser, type Names } from "./parser";
import { compileProjection, type CompiledProjection } from "./projection";
import { compileUpdate, type CompiledUpdate } from "./update";

interface Compilers {
  readonly ConditionExpression: CompiledCondition;
  readonly FilterExpression: CompiledCondition;
  readonly KeyConditionExpression: CompiledKeyCondition;
  readonly ProjectionExpression: CompiledProjection;
  readonly UpdateExpression: CompiledUpdate;
}

const COMPILERS: { readonly [P in keyof Compilers]: (parser: Parser) => Compilers[P] } = {
  ConditionExpression: compileCondition,
  FilterExpression: compileCondition,
  KeyConditionExpression: compileKeyCondition,
  ProjectionExpression: compileProjection,
  UpdateExpression: compileUpdate,
};

interface Entry {
  readonly compiled: unknown;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

const NO_NAMES: Names = {};
const NO_VALUES: Values = {};

/** Programs have few expressions; one that builds them from its data must not fill the memory. */
const CACHE_LIMIT = 5000;
/** Source: "Quotas in Amazon DynamoDB" (expression length). */
const MAX_EXPRESSION_BYTES = 4096;
const caches: Readonly<Record<keyof Compilers, Map<string, Entry>>> = {
  ConditionExpression: new Map(),
  FilterExpression: new Map(),
  KeyConditionExpression: new Map(),
  ProjectionExpression: new Map(),
  UpdateExpression: new Map(),
};

/** Without names the text itself, which programs write as a literal: its hash is known. */
const cacheKey = (text: string, names: Names): string => {
  let key = text;
  for (const name of Object.keys(names)) key += `\0${name}\0${names[name]}`;
  return key;
};

function compile(parameter: keyof Compilers, text: string, names: Names): Entry {
  const cache = caches[parameter];
  const key = names === NO_NAMES ? text : cacheKey(text, names);
  let entry = cache.get(key);
  if (!entry) {
    if (Buffer.byteLength(text) > MAX_EXPRESSION_BYTES) {
      throw validation(`Invalid ${parameter}: Expression size has exceeded the maximum allowed size; expression size: ${Buffer.byteLength(text)}`);
    }
    const parser = new Parser(parameter, text, names);
    const compiled = COMPILERS[parameter](parser);
    entry = { compiled, names: parser.usedNames, values: parser.usedValues };
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(key, entry);
  }
  return entry;
}

interface Attributes {
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue> | undefined;
}

/**
 * The expressions of one request: compiled once per text, their names and values checked per request. Call `of` for
 * each expression, then `finish`, then use them.
 */
export class RequestExpressions {
  readonly values: Values;
  private readonly names: Names;
  private readonly entries: Entry[] = [];

  constructor(private readonly request: Attributes) {
    this.names = request.ExpressionAttributeNames ?? NO_NAMES;
    this.values = request.ExpressionAttributeValues ? intakeValues(request.ExpressionAttributeValues) : NO_VALUES;
  }

  /** The compiled expression; undefined when the request has none. Throws ValidationException. */
  of<P extends keyof Compilers>(parameter: P, text: string | undefined): Compilers[P] | undefined {
    if (text === undefined) return undefined;
    const entry = compile(parameter, text, this.names);
    this.entries.push(entry);
    for (const name of entry.values) {
      if (!Object.hasOwn(this.values, name)) {
        throw validation(`Invalid ${parameter}: An expression attribute value used in expression is not defined; attribute value: ${name}`);
      }
    }
    return entry.compiled as Compilers[P]; // each parameter has a cache of its own, which its compiler fills
  }

  /** Every given name and value must be used by some expression. */
  finish(): void {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = this.request;
    if (names) this.refuseUnused("ExpressionAttributeNames", names, "names", "#");
    if (values) this.refuseUnused("ExpressionAttributeValues", values, "values", ":");
  }

  private refuseUnused(parameter: string, given: object, kind: "names" | "values", sign: string): void {
    const keys = Object.keys(given);
    if (this.entries.length === 0) throw validation(`${parameter} can only be specified when using expressions`);
    if (keys.length === 0) throw validation(`${parameter} must not be empty`);
    for (const key of keys) {
      if (!key.startsWith(sign) || key.length < 2) throw validation(`${parameter} contains invalid key: Syntax error; key: "${key}"`);
    }
    const unused = keys.filter((key) => !this.entries.some((entry) => entry[kind].has(key)));
    if (unused.length > 0) throw validation(`Value provided in ${parameter} unused in expressions: keys: {${unused.join(", ")}}`);
  }
}

function intakeValues(given: Readonly<Record<string, AttributeValue>>): Values {
  const values: Record<string, AttributeValue> = {};
  for (const name of Object.keys(given)) {
    const value = given[name];
    try {
      values[name] = intakeValue(value ?? { $unknown: ["", undefined] });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new AwsError(error.name, `ExpressionAttributeValues contains invalid value: ${error.message} for key ${name}`);
    }
  }
  return values;
}
