import type { RoleArgs, RolePolicyArgs } from "@pulumi/aws/iam";
import { MAX_INLINE_POLICY_CHARACTERS, policyObjections } from "../../rules/iam";
import { nameObjection } from "../../rules/names";
import type { Refusal } from "../errors";
import { ofType, type Graph } from "../deploy/graph";
import { arn, stableId } from "./ids";
import { defineModel, type Objection, type ServiceModels } from "./model";

const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

/** Policies come as text or as an object. */
const textOf = (policy: unknown): string => (typeof policy === "string" ? policy : JSON.stringify(policy));

const malformed = (property: string, policy: unknown, kind: "identity" | "trust"): readonly Objection[] =>
  policyObjections(textOf(policy), kind).map((message) => ({ code: "iam.malformed-policy", property, message }));

const named = (name: string | undefined): readonly Objection[] => {
  const message = name === undefined ? undefined : nameObjection("role", name);
  return message === undefined ? [] : [{ code: "iam.name", property: "name", message }];
};

const role = defineModel<RoleArgs>({
  type: ROLE,
  global: true,
  check: ({ name, assumeRolePolicy }) => [...named(name), ...malformed("assumeRolePolicy", assumeRolePolicy, "trust")],
  outputs(inputs, { accountId, name }) {
    const id = inputs.name ?? name;
    const path = inputs.path ?? "/";
    return {
      id,
      outputs: {
        name: id,
        path,
        arn: arn("iam", "", accountId, `role${path}${id}`),
        uniqueId: `AROA${stableId(17, "role", accountId, id).toUpperCase()}`,
        maxSessionDuration: inputs.maxSessionDuration ?? 3600,
        assumeRolePolicy: textOf(inputs.assumeRolePolicy),
      },
    };
  },
  replaceOn: ["name", "namePrefix", "path"],
});

const rolePolicy = defineModel<RolePolicyArgs>({
  type: ROLE_POLICY,
  global: true,
  check: ({ name, policy }) => [...named(name), ...malformed("policy", policy, "identity")],
  outputs(inputs, { name }) {
    const policyName = inputs.name ?? name;
    return { id: `${String(inputs.role)}:${policyName}`, outputs: { name: policyName, policy: textOf(inputs.policy) } };
  },
  replaceOn: ["name", "namePrefix", "role"],
});

/** IAM counts a role's inline policies together, without white space; names are unique in the account. */
function graph(graph: Graph): readonly Refusal[] {
  const roles = ofType(graph, ROLE);
  const policies = ofType(graph, ROLE_POLICY);
  const twice = roles.filter(({ outputs }, index) => roles.findIndex((other) => other.outputs["name"] === outputs["name"]) !== index);
  return [
    ...twice.map(({ urn, outputs }) => ({
      code: "iam.name-taken",
      resource: urn,
      property: "name",
      message: `got ${String(outputs["name"])}, which another role has; role names are global to the account, so put the region in`,
    })),
    ...roles.flatMap(({ urn, outputs }) => {
      const own = policies.filter(({ inputs }) => inputs["role"] === outputs["name"]);
      const size = own.reduce((sum, { outputs: { policy } }) => sum + String(policy).replace(/\s/g, "").length, 0);
      if (size <= MAX_INLINE_POLICY_CHARACTERS) return [];
      return [{ code: "iam.policy-size", resource: urn, message: `got ${size} characters of inline policies; allowed ${MAX_INLINE_POLICY_CHARACTERS}` }];
    }),
  ];
}

/** Identity and Access Management. */
export const iam: ServiceModels = { resources: [role, rolePolicy], graph };
