import type { PolicyResource, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy, StackValidationArgs, StackValidationPolicy } from "@pulumi/policy";
import { resourcePolicies, stackPolicies } from "../../../policy/pack";
import type { Fixture } from "./fixtures";

/** The package's own wrapping of properties, which it does not declare. */
const { unknownCheckingProxy, unknownStringValue } = jest.requireActual<{ unknownCheckingProxy(props: object): object; readonly unknownStringValue: string }>("@pulumi/policy/proxy");

/** As the engine encodes a text that a preview does not know. */
export const UNKNOWN = unknownStringValue;

const urnOf = ({ type, name }: Fixture): string => `urn:pulumi:test::test::${type}::${name ?? "it"}`;

/** What the engine says of a resource, in the package's own wrapping. */
const resourceOf = (fixture: Fixture) => ({
  type: fixture.type,
  name: fixture.name ?? "it",
  urn: urnOf(fixture),
  props: unknownCheckingProxy({ ...fixture.values }),
  opts: { protect: fixture.protect ?? false },
  provider: {
    type: "pulumi:providers:aws",
    name: fixture.provider ?? "us-east-1",
    urn: "urn:provider",
    props: fixture.region === null ? {} : { region: fixture.region ?? "us-east-1" },
  },
});

const run = (ask: (report: ReportViolation) => unknown): readonly string[] => {
  const found: string[] = [];
  ask((message) => found.push(String(message)));
  return found;
};

/** What the pack's policies about single resources say: `policy: message`. */
export const askEach = (fixture: Fixture, policies: readonly ResourceValidationPolicy[] = resourcePolicies): readonly string[] =>
  policies.flatMap(({ name, validateResource }) => {
    const args = resourceOf(fixture) as unknown as ResourceValidationArgs; // what the policies read of it
    const validations = Array.isArray(validateResource) ? validateResource : [validateResource];
    return run((report) => validations.forEach((validate) => void validate?.(args, report))).map((message) => `${name}: ${message}`);
  });

/** What the pack's policies about all resources say. */
export function askTogether(fixtures: readonly Fixture[], policies: readonly StackValidationPolicy[] = stackPolicies): readonly string[] {
  const byName = new Map<string, ReturnType<typeof resourceOf>>(fixtures.map((fixture) => [fixture.name ?? "it", resourceOf(fixture)]));
  const resources = fixtures.map((fixture) => ({
    ...resourceOf(fixture),
    dependencies: [],
    propertyDependencies: Object.fromEntries(Object.entries(fixture.references ?? {}).map(([property, names]) => [property, names.flatMap((name) => byName.get(name) ?? [])])),
  })) as unknown as PolicyResource[]; // what the policies read of them
  return policies.flatMap(({ name, validateStack }) =>
    run((report) => void validateStack({ resources } as unknown as StackValidationArgs, report)).map((message) => `${name}: ${message}`), // likewise
  );
}
