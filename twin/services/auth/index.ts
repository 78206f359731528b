import type { Cloud } from "../../cloud";
import type { HttpRequest } from "../../network";
import { iam } from "../iam/index";
import { credentials } from "./credentials";
import { SigV4aVerifier } from "./sigv4a";
import { verifySignature, type Verdict } from "./verify";

export { credentials, type AccessCredentials, type Credentials, type SessionCredentials } from "./credentials";
export type { SignatureFault, Verdict } from "./verify";

/** Whose signature a request bears, and what its sender may do. */
export class Auth {
  /** May the principal call a method of an API? The default asks IAM for `execute-api:Invoke` on the method's ARN. */
  mayInvoke: (principal: string, methodArn: string) => boolean;
  private readonly sigv4a = new SigV4aVerifier();

  constructor(private readonly cloud: Cloud) {
    this.mayInvoke = (principal, methodArn) => {
      const region = methodArn.split(":")[3] ?? "";
      return iam(cloud).authorize({ principal, action: "execute-api:Invoke", resource: methodArn, region }) === undefined;
    };
  }

  /** @param service the signing name, e.g. `execute-api` */
  verify(request: HttpRequest, region: string, service: string): Verdict {
    const known = credentials(this.cloud);
    return verifySignature(request, { region, service, now: this.cloud.kernel.now(), find: (key) => known.find(key), sigv4a: this.sigv4a });
  }
}

export const auth = (cloud: Cloud): Auth => cloud.service("auth", "global", () => new Auth(cloud));
