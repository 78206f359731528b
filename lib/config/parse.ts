import { checks } from "./checks";
import { ConfigError, type ConfigProblem } from "./error";
import { ENVIRONMENT, GROUPS, KEYS, KEY_NAMES, setCommand, type KeyName, type Values } from "./keys";
import { nearest } from "./nearest";
import { build, type Config } from "./settings";
import { json, type Value } from "./values";

/** What decides besides the stack's own configuration. */
export interface Surroundings {
  /** The variable ENVIRONMENT_SUFFIX. */
  readonly environmentSuffix?: string | undefined;
  readonly stack: string;
}

const isKey = (name: string): name is KeyName => name in KEYS;

/**
 * Reads the namespace `tap` as Pulumi stores it: key without the namespace -> text, objects and lists as JSON.
 * @throws {ConfigError} with everything that is wrong
 */
export function parseConfig(raw: Readonly<Record<string, string>>, surroundings: Surroundings): Config {
  const problems: ConfigProblem[] = [];
  const given = flatten(raw, problems);
  for (const key of given.keys()) if (!isKey(key)) problems.push(unknownKey(key, given.get(key) ?? ""));

  const values = parseValues(given, problems);
  const environment = environmentOf(values, surroundings, problems);
  const broken = new Set(problems.map(({ key }) => key));
  // A check that needs a value which was refused itself would only repeat that.
  for (const { needs, check } of checks) {
    if (needs.every((key) => !broken.has(key))) problems.push(...check(values, environment));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return build(values, environment);
}

/** `healthCheck: {interval: 10}` becomes `healthCheck.interval: 10`. */
function flatten(raw: Readonly<Record<string, string>>, problems: ConfigProblem[]): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(raw)) {
    if (!GROUPS.has(key)) {
      flat.set(key, value);
      continue;
    }
    const members = json(value);
    if (typeof members !== "object" || members === null || Array.isArray(members)) {
      const member = KEY_NAMES.find((name) => name.startsWith(`${key}.`)) ?? "ttl";
      problems.push({ key, given: value, allowed: "an object", fix: `pulumi config rm tap:${key} && ${setCommand(member)}` });
      continue;
    }
    for (const [member, item] of Object.entries(members)) {
      flat.set(`${key}.${member}`, typeof item === "string" ? item : JSON.stringify(item));
    }
  }
  return flat;
}

function unknownKey(key: string, given: string): ConfigProblem {
  const best = nearest(key, KEY_NAMES);
  const path = key.includes(".") ? "--path " : "";
  return { key, given, allowed: best ? `only known keys, the nearest is tap:${best}` : "only the keys of Pulumi.prod.example.yaml", fix: `pulumi config rm ${path}tap:${key}` };
}

function parseValues(given: ReadonlyMap<string, string>, problems: ConfigProblem[]): Values {
  const entries = KEY_NAMES.map((key) => {
    const text = given.get(key);
    if (text === undefined) return [key, undefined];
    const definition: Value<unknown> = KEYS[key];
    const value = definition.parse(text);
    if (value === undefined) problems.push({ key, given: text, allowed: definition.allowed, fix: setCommand(key) });
    return [key, value];
  });
  return Object.fromEntries(entries) as Values; // each value was read by its own key's parser
}

/** The configured suffix beats the variable, which beats the stack's name. */
function environmentOf(values: Values, { environmentSuffix, stack }: Surroundings, problems: ConfigProblem[]): string {
  if (values.environmentSuffix !== undefined) return values.environmentSuffix;
  if (problems.some(({ key }) => key === "environmentSuffix")) return "";
  const [candidate, source] = environmentSuffix ? [environmentSuffix, "ENVIRONMENT_SUFFIX"] : [stack, "the stack's name"];
  if (ENVIRONMENT.parse(candidate) !== undefined) return candidate;
  problems.push({ key: "environmentSuffix", given: `${candidate} (from ${source})`, allowed: ENVIRONMENT.allowed, fix: setCommand("environmentSuffix") });
  return "";
}
