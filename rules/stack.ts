/** Rules over several resources speak of these: what a program declares, as far as it is known when they are asked. */

/** A resource. The twin's graph and the policy pack both make them. */
export interface Declared {
  readonly urn: string;
  /** e.g. `aws:route53/record:Record` */
  readonly type: string;
  readonly name: string;
  /** Undefined for global services, and where nobody states it. */
  readonly region?: string;
  /** Inputs, and outputs as far as they are known. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Property -> the URNs of the resources that its value comes from: known in a preview too, where the value is not. */
  readonly references: Readonly<Record<string, readonly string[]>>;
  /** False = the default provider. */
  readonly explicitProvider: boolean;
}

export type Stack = readonly Declared[];

/** What is wrong with one of the resources. */
export interface StackObjection {
  readonly code: string;
  /** The resource's URN. */
  readonly resource: string;
  readonly property?: string;
  readonly message: string;
}

export type StackRule = (stack: Stack) => readonly StackObjection[];

export const TYPES = {
  check: "aws:route53/healthCheck:HealthCheck",
  record: "aws:route53/record:Record",
  zone: "aws:route53/zone:Zone",
  domain: "aws:apigateway/domainName:DomainName",
  mapping: "aws:apigateway/basePathMapping:BasePathMapping",
  api: "aws:apigateway/restApi:RestApi",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  table: "aws:dynamodb/table:Table",
} as const;

/** Services without a region. "AWS service endpoints" (AWS General Reference), global endpoints. */
const GLOBAL = /^aws:(route53|iam|cloudfront|organizations|globalaccelerator|shield|budgets)\//;

export const isGlobal = (type: string): boolean => GLOBAL.test(type);

export const allOf = (stack: Stack, type: string): Stack => stack.filter((resource) => resource.type === type);

export const object = ({ urn }: Declared, code: string, property: string, message: string): StackObjection => ({ code, resource: urn, property, message });

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Members of a plain object; none where the value is no object. */
export const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {}; // an object's members are by name

/** The resources of a type that a property's value comes from, or that have it as their `key`. */
export function referred(stack: Stack, from: Declared, property: string, type: string, key: string): Stack {
  const urns = new Set(from.references[property] ?? []);
  const given = from.values[property];
  return allOf(stack, type).filter(({ urn, values }) => urns.has(urn) || (given !== undefined && values[key] === given));
}

/** A resource of the default provider goes to whatever region the machine's profile names: never what a program of two regions means. */
export const everyProviderIsExplicit: StackRule = (stack) =>
  stack
    .filter(({ type, explicitProvider }) => type.startsWith("aws:") && !explicitProvider)
    .map(({ urn }) => ({
      code: "provider.default",
      resource: urn,
      message: "uses the default provider; pass `provider` or a `parent` that carries one, so that its region is stated",
    }));
