import { createHash } from "node:crypto";
import type { Caller, Cloud } from "../../cloud";
import { stableId } from "../../models/ids";

/** Temporary credentials, as Lambda puts them into a function's environment. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Who uses credentials: a role, in the region where its code runs. */
export type Identity = Required<Caller>;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** "Understanding unique ID prefixes" (IAM user guide): ASIA = temporary access keys. */
const accessKeyId = (...parts: readonly string[]): string => {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest().subarray(0, 16);
  return `ASIA${Array.from(digest, (byte) => ALPHABET[byte & 31]).join("")}`;
};

/**
 * The account's live sessions: access key -> identity. Keys depend on the identity alone, so that two runs with one
 * seed are the same to the byte.
 */
export class Sessions {
  private readonly identities = new Map<string, Identity>();

  /** @param holder what uses the role, e.g. the function's ARN */
  issue(identity: Identity, holder: string): SessionCredentials {
    const parts = [identity.principal, identity.region, holder];
    const id = accessKeyId(...parts);
    this.identities.set(id, identity);
    return { accessKeyId: id, secretAccessKey: stableId(40, "secret", ...parts), sessionToken: stableId(64, "token", ...parts) };
  }

  /** The identity behind an access key; undefined for keys that the twin has not issued. */
  identify(accessKey: string): Identity | undefined {
    return this.identities.get(accessKey);
  }
}

export const sessions = (cloud: Cloud): Sessions => cloud.service("sessions", "global", () => new Sessions());
