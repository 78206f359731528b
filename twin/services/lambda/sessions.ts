import type { Caller, Cloud } from "../../cloud";
import { credentials, type SessionCredentials } from "../auth/credentials";

export type { SessionCredentials } from "../auth/credentials";

/** Who uses credentials: a role, in the region where its code runs, and where it stands in a VPC. */
export type Identity = Caller & Required<Pick<Caller, "region" | "principal">>;

/** The sessions of functions: access key -> identity. Lambda renews them before they expire. */
export class Sessions {
  constructor(private readonly cloud: Cloud) {}

  /** @param holder what uses the role, e.g. the function's ARN */
  issue({ principal, ...place }: Identity, holder: string): SessionCredentials {
    return credentials(this.cloud).issue({ principal, stsEndpoint: place.region, expiresAt: Infinity, holder, place });
  }

  /** The identity behind an access key of the account, whoever it was issued to; undefined for keys that the twin does not know. */
  identify(accessKey: string): Caller | undefined {
    return credentials(this.cloud).find(accessKey)?.caller;
  }
}

export const sessions = (cloud: Cloud): Sessions => cloud.service("sessions", "global", () => new Sessions(cloud));
