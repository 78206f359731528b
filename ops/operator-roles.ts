import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { property } from "../lambda/shared/property";
import { AccessError, type Access, type ClientSettings } from "./access";
import { whyOf } from "./operator";

/** Who calls AWS: the stack's operator role of each region, or whoever runs the command, with what they may do. */
export const IDENTITIES = ["operator", "caller"] as const;
export type Identity = (typeof IDENTITIES)[number];

type SessionCredentials = NonNullable<ClientSettings["credentials"]>;

/** The operator roles by region; undefined where the stack was deployed without. */
export function operatorRoles({ outputs }: Pick<Access, "outputs">): Readonly<Record<string, string>> | undefined {
  const { primary, secondary } = outputs.regions;
  // Outputs of earlier deployments may lack the roles.
  const roles = [primary, secondary].map((region) => [region, property(property(property(outputs, "drRoleArns"), region), "operator")] as const);
  return roles.every(([, arn]) => typeof arn === "string") ? Object.fromEntries(roles.map(([region, arn]) => [region, String(arn)])) : undefined;
}

/**
 * The access by the operator roles: each region is called with its own region's role, so that one command can use both.
 * The sessions come from the secondary's STS, else the primary's, before anything else is done.
 * @param asked undefined = as operator where the stack has the roles
 * @throws {AccessError} where there are no roles, or STS does not give them
 */
export async function withIdentity(access: Access, asked: Identity | undefined): Promise<Access> {
  const roles = operatorRoles(access);
  if (asked === "caller" || (asked === undefined && !roles)) return access;
  if (!roles) throw new AccessError(`--as operator: ${access.outputs.operatorAccess}; or run it with --as caller`);
  const { primary, secondary } = access.outputs.regions;
  const sessions = await sessionsBy(access, [secondary, primary], roles);
  return {
    ...access,
    settings: (region, service) => {
      const credentials = sessions[region];
      return { ...access.settings(region, service), ...(credentials ? { credentials } : {}) };
    },
  };
}

/** STS refuses by a decision, not by silence: asking another region would not change it. */
const isDecision = (error: unknown): boolean => Number(property(property(error, "$metadata"), "httpStatusCode") ?? 500) < 500;

async function sessionsBy(access: Access, regions: readonly string[], roles: Readonly<Record<string, string>>): Promise<Readonly<Record<string, SessionCredentials>>> {
  let last: unknown;
  for (const region of regions) {
    const client = new STSClient({ ...access.stsSettings(region), maxAttempts: 2, requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true } });
    try {
      return await sessionsOf(client, roles);
    } catch (error) {
      last = error;
      if (isDecision(error)) break;
    } finally {
      client.destroy();
    }
  }
  throw new AccessError(
    `the operator roles cannot be taken: ${whyOf(last)}\n` +
      "tap:operators must name you, and your session must have a second factor (aws sts get-session-token --serial-number … --token-code …);\n" +
      "to act with your own permissions instead: --as caller",
  );
}

async function sessionsOf(client: STSClient, roles: Readonly<Record<string, string>>): Promise<Readonly<Record<string, SessionCredentials>>> {
  // The trail names the role's session: it should tell who took it.
  const { Arn = "" } = await client.send(new GetCallerIdentityCommand({}));
  const RoleSessionName = (Arn.split(/[/:]/).at(-1) ?? "").replace(/[^\w+=,.@-]/g, "-").slice(0, 64).padEnd(2, "-");
  const taken = await Promise.all(
    Object.entries(roles).map(async ([region, RoleArn]) => {
      const { Credentials } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
      const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken: sessionToken = "" } = Credentials ?? {};
      return [region, { accessKeyId, secretAccessKey, sessionToken }] as const;
    }),
  );
  return Object.fromEntries(taken);
}
