import { hash } from "node:crypto";
import type { Caller, Cloud } from "../../cloud";
import { stableId } from "../../models/ids";

/** Credentials as a signer uses them. */
export interface AccessCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Temporary credentials have one, and are nothing without it. */
  readonly sessionToken?: string;
}

export interface SessionCredentials extends AccessCredentials {
  readonly sessionToken: string;
}

/** The STS endpoint that issued a session: a region's, or `global` (sts.amazonaws.com). */
export type StsEndpoint = string;

/** A session to be issued. */
export interface SessionRequest {
  /** The ARN of a user, a role or a role's session. */
  readonly principal: string;
  readonly stsEndpoint: StsEndpoint;
  /** Epoch milliseconds; Infinity for those that AWS renews by itself, as in a function's environment. */
  readonly expiresAt: number;
  /** What uses them, e.g. a function's ARN: tells two sessions of one principal apart. */
  readonly holder?: string;
  /** Where their user stands, for calls over the wire. */
  readonly place?: Omit<Caller, "principal">;
}

/** Credentials that the account knows, with all that is to be known of them. */
export interface KnownCredentials extends AccessCredentials {
  readonly principal: string;
  /** Undefined for a user's own access key, which never expires. */
  readonly session?: { readonly stsEndpoint: StsEndpoint; readonly expiresAt: number };
  readonly caller: Caller;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** "Understanding unique ID prefixes" (IAM user guide): ASIA = temporary access keys, AKIA = long-term ones. */
const accessKeyId = (prefix: "ASIA" | "AKIA", parts: readonly string[]): string => {
  const digest = hash("sha256", JSON.stringify([prefix, ...parts]), "buffer").subarray(0, 16);
  return `${prefix}${Array.from(digest, (byte) => ALPHABET[byte & 31]).join("")}`;
};

/**
 * The credentials that the twin has invented. They depend on what was asked for alone, so that two runs with one seed
 * are the same to the byte; nothing outside the twin takes them for anything.
 */
export class Credentials {
  private readonly known = new Map<string, KnownCredentials>();

  /** Temporary credentials. */
  issue({ principal, stsEndpoint, expiresAt, holder = "", place = {} }: SessionRequest): SessionCredentials {
    const parts = [principal, stsEndpoint, String(expiresAt), holder];
    const issued = { accessKeyId: accessKeyId("ASIA", parts), secretAccessKey: stableId(40, "secret", ...parts), sessionToken: stableId(64, "token", ...parts) };
    this.known.set(issued.accessKeyId, { ...issued, principal, session: { stsEndpoint, expiresAt }, caller: { ...place, principal } });
    return issued;
  }

  /** A user's long-term access key. */
  createAccessKey(principal: string): AccessCredentials {
    const issued = { accessKeyId: accessKeyId("AKIA", [principal]), secretAccessKey: stableId(40, "secret", principal) };
    this.known.set(issued.accessKeyId, { ...issued, principal, caller: { principal } });
    return issued;
  }

  /** Undefined for keys that the twin has not issued. */
  find(accessKey: string): KnownCredentials | undefined {
    return this.known.get(accessKey);
  }
}

/** The account's credentials. */
export const credentials = (cloud: Cloud): Credentials => cloud.service("credentials", "global", () => new Credentials());
