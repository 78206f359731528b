import { SESSION_SECONDS } from "../../../rules/iam";
import { instant } from "../../../lambda/shared/clock";
import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { stableId } from "../../models/ids";
import { credentials, type SessionCredentials } from "../auth/credentials";
import { iam } from "../iam/index";

interface AssumeRoleInput {
  readonly RoleArn?: unknown;
  readonly RoleSessionName?: unknown;
  readonly DurationSeconds?: unknown;
  readonly SerialNumber?: unknown;
  readonly TokenCode?: unknown;
}

type SessionTokenInput = Omit<AssumeRoleInput, "RoleArn" | "RoleSessionName">;

/** "Compare AWS STS credentials" (IAM user guide): seconds that a session may last. */
const LIFETIMES = {
  role: { min: 900, max: SESSION_SECONDS.max, usual: 3600 },
  user: { min: 900, max: 129_600, usual: 43_200 },
} as const;
/** A role taken by a role: one hour. "Roles terms and concepts", role chaining. */
const CHAINED_SECONDS = 3600;

const invalid = (message: string): AwsError => new AwsError("ValidationError", message);
const denied = (message: string): AwsError => new AwsError("AccessDenied", message, 403);

function text(value: unknown, name: string, pattern: RegExp): string {
  if (typeof value === "string" && pattern.test(value)) return value;
  throw invalid(`1 validation error detected: Value '${String(value)}' at '${name}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`);
}

function seconds(value: unknown, { min, max, usual }: (typeof LIFETIMES)[keyof typeof LIFETIMES]): number {
  if (value === undefined) return usual;
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalid(`1 validation error detected: Value '${String(value)}' at 'durationSeconds' failed to satisfy constraint: allowed ${min} to ${max}`);
}

const ASSUMED = /^arn:aws[a-z-]*:sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

/**
 * STS of one region, whose sessions SigV4A takes. Not modelled: session policies, federation, and the value of an MFA
 * code, which counts as right when it has six digits.
 */
export class Sts {
  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    const operations = {
      GetCallerIdentity: (_input: unknown, caller: Caller) => this.callerIdentity(caller),
      AssumeRole: (input: AssumeRoleInput, caller: Caller) => this.assumeRole(input, caller),
      GetSessionToken: (input: SessionTokenInput, caller: Caller) => this.sessionToken(input, caller),
    };
    // GetCallerIdentity and GetSessionToken need no permission; the trust policy decides on AssumeRole, below.
    cloud.publish("sts", region, operations, { needs: { GetCallerIdentity: () => [], AssumeRole: () => [], GetSessionToken: () => [] } });
  }

  callerIdentity({ principal }: Caller): { readonly UserId: string; readonly Account: string; readonly Arn: string } {
    const { accountId } = this.cloud;
    if (principal === undefined) return { UserId: accountId, Account: accountId, Arn: `arn:aws:iam::${accountId}:root` };
    const [, account = principal.split(":")[4] ?? accountId, role, session] = ASSUMED.exec(principal) ?? [];
    const UserId = role === undefined ? uniqueId("AIDA", principal) : `${uniqueId("AROA", account, role)}:${session ?? ""}`;
    return { UserId, Account: account, Arn: principal };
  }

  assumeRole(input: AssumeRoleInput, { principal, mfa }: Caller): object {
    const roleArn = text(input.RoleArn, "roleArn", /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/);
    const name = text(input.RoleSessionName, "roleSessionName", /^[\w+=,.@-]{2,64}$/);
    const duration = seconds(input.DurationSeconds, LIFETIMES.role);
    if (principal === undefined) throw denied("Roles may not be assumed by root accounts.");
    const role = iam(this.cloud).role(roleArn);
    const refusal = iam(this.cloud).assume({ principal, roleArn, context: mfa ? WITH_MFA : mfaContext(input) });
    if (!role || refusal) throw denied(`User: ${principal} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`);
    const { maxSessionSeconds, name: roleName } = role.spec;
    if (duration > maxSessionSeconds) throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    const chained = ASSUMED.test(principal) || /:role\//.test(principal);
    if (chained && duration > CHAINED_SECONDS) throw invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.");

    const { accountId } = this.cloud;
    const sessionArn = `arn:aws:sts::${accountId}:assumed-role/${roleName}/${name}`;
    const AssumedRoleUser = { AssumedRoleId: `${uniqueId("AROA", accountId, roleName)}:${name}`, Arn: sessionArn };
    return { Credentials: this.issue(sessionArn, duration), AssumedRoleUser };
  }

  sessionToken(input: SessionTokenInput, { principal }: Caller): object {
    if (principal === undefined || !/:user\//.test(principal)) throw denied("Cannot call GetSessionToken with session credentials");
    const place = mfaContext(input) === WITH_MFA ? ({ mfa: true } as const) : {};
    return { Credentials: this.issue(principal, seconds(input.DurationSeconds, LIFETIMES.user), place) };
  }

  private issue(principal: string, duration: number, place: Pick<Caller, "mfa"> = {}): object {
    const expiresAt = this.cloud.kernel.now() + duration * 1000;
    const { accessKeyId, secretAccessKey, sessionToken }: SessionCredentials = credentials(this.cloud).issue({ principal, stsEndpoint: this.region, expiresAt, place, holder: place.mfa ? "second factor" : "" });
    return { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: instant(expiresAt) };
  }
}

const WITH_MFA = { "aws:MultiFactorAuthPresent": "true", "aws:MultiFactorAuthAge": "0" } as const;

/**
 * "AWS global condition context keys": the key is there for temporary credentials, true with a device's code; a session
 * that GetSessionToken opened with one keeps it.
 */
function mfaContext({ SerialNumber, TokenCode }: SessionTokenInput): Readonly<Record<string, string>> {
  if (SerialNumber === undefined && TokenCode === undefined) return {};
  if (typeof SerialNumber !== "string" || !/^\d{6}$/.test(String(TokenCode))) throw denied("MultiFactorAuthentication failed with invalid MFA one time pass code.");
  return WITH_MFA;
}

const uniqueId = (prefix: string, ...parts: readonly string[]): string => `${prefix}${stableId(17, prefix, ...parts).toUpperCase()}`;

/** STS of a region. */
export const sts = (cloud: Cloud, region: string): Sts => cloud.service("sts", region, () => new Sts(cloud, region));
