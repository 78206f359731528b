import type { RoleArgs, RolePolicyArgs } from "@pulumi/aws/iam";
import { MAX_INLINE_POLICY_CHARACTERS, policyObjections, rolePrincipals, SESSION_SECONDS } from "../../rules/iam";
import { nameObjection } from "../../rules/names";
import type { Refusal } from "../errors";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import { iam as iamOf } from "../services/iam/index";
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

const session = (seconds: number | undefined): readonly Objection[] => {
  const { min, max } = SESSION_SECONDS;
  if (seconds === undefined || (seconds >= min && seconds <= max)) return [];
  return [{ code: "iam.session-duration", property: "maxSessionDuration", message: `got ${seconds}; allowed ${min}..${max} (seconds)` }];
};

const role = defineModel<RoleArgs>({
  type: ROLE,
  global: true,
  check: ({ name, assumeRolePolicy, maxSessionDuration }) => [
    ...named(name),
    ...malformed("assumeRolePolicy", assumeRolePolicy, "trust"),
    ...session(maxSessionDuration),
  ],
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
  live: ({ outputs }, cloud) =>
    iamOf(cloud).putRole({
      name: String(outputs["name"]),
      arn: String(outputs["arn"]),
      trust: String(outputs["assumeRolePolicy"]),
      maxSessionSeconds: Number(outputs["maxSessionDuration"]),
    }),
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
  live: ({ inputs, outputs }, cloud) => iamOf(cloud).putRolePolicy(String(inputs.role), String(outputs["name"]), String(outputs["policy"])),
});

const nameTaken = (roles: readonly GraphResource[]): readonly Refusal[] =>
  roles
    .filter(({ outputs }, index) => roles.findIndex((other) => other.outputs["name"] === outputs["name"]) !== index)
    .map(({ urn, outputs }) => ({
      code: "iam.name-taken",
      resource: urn,
      property: "name",
      message: `got ${String(outputs["name"])}, which another role has; role names are global to the account, so put the region in`,
    }));

/** "CreateRole" (IAM API reference): EntityAlreadyExists. What outlives its stack has its name when the stack is made again. */
const keptName = (roles: readonly GraphResource[]): readonly Refusal[] =>
  roles
    .filter(({ inputs, options: { retainOnDelete, protect } }) => retainOnDelete && !protect && inputs["name"] !== undefined)
    .map(({ urn, inputs }) => ({
      code: "iam.kept-name",
      resource: urn,
      property: "name",
      message: `got ${String(inputs["name"])} with retainOnDelete: after a destroy the next deployment fails, since the name is taken; leave the name to Pulumi, or protect the role`,
    }));

/** IAM counts a role's inline policies together, without white space. */
const policySize = (roles: readonly GraphResource[], policies: readonly GraphResource[]): readonly Refusal[] =>
  roles.flatMap(({ urn, outputs }) => {
    const own = policies.filter(({ inputs }) => inputs["role"] === outputs["name"]);
    const size = own.reduce((sum, { outputs: { policy } }) => sum + String(policy).replace(/\s/g, "").length, 0);
    if (size <= MAX_INLINE_POLICY_CHARACTERS) return [];
    return [{ code: "iam.policy-size", resource: urn, message: `got ${size} characters of inline policies; allowed ${MAX_INLINE_POLICY_CHARACTERS}` }];
  });

/** IAM refuses a principal that does not exist yet. "Troubleshoot IAM roles", section on principals of trust policies. */
const principalOrder = (roles: readonly GraphResource[]): readonly Refusal[] =>
  roles.flatMap(({ urn, outputs }, index) => {
    const text = String(outputs["assumeRolePolicy"]);
    if (policyObjections(text, "trust").length > 0) return [];
    const later = new Set(roles.slice(index).map((other) => other.outputs["arn"]));
    return rolePrincipals(text)
      .filter((arn) => later.has(arn))
      .map((arn) => ({
        code: "iam.principal-order",
        resource: urn,
        property: "assumeRolePolicy",
        message: `got the principal ${arn}, which does not exist when this role is made; allowed a role that it depends on, or the account's root on condition of aws:PrincipalArn`,
      }));
  });

function graph(graph: Graph): readonly Refusal[] {
  const roles = ofType(graph, ROLE);
  return [...nameTaken(roles), ...keptName(roles), ...policySize(roles, ofType(graph, ROLE_POLICY)), ...principalOrder(roles)];
}

/** Identity and Access Management. */
export const iam: ServiceModels = { resources: [role, rolePolicy], graph };
