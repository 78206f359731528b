import type { Cloud } from "../../cloud";
import { auth, type SignatureFault } from "../auth/index";
import type { Authorization, Authorizer } from "./authorize";

/** "API Gateway response types": which one a refused signature gets. Its customization is the API's own. */
const RESPONSES: Readonly<Record<SignatureFault, Extract<Authorization, { allowed: false }>["response"]>> = {
  MissingAuthenticationToken: "MISSING_AUTHENTICATION_TOKEN",
  UnsupportedScheme: "ACCESS_DENIED",
  IncompleteSignature: "INVALID_SIGNATURE",
  SignatureDoesNotMatch: "INVALID_SIGNATURE",
  UnrecognizedClient: "INVALID_SIGNATURE",
  ExpiredToken: "EXPIRED_TOKEN",
};

/** Lets in whoever has signed with credentials of the account and may invoke the method. "Control access to a REST API with IAM permissions". */
export const signedCallers =
  (cloud: Cloud): Authorizer =>
  (request, { region, methodArn }) => {
    const verdict = auth(cloud).verify(request, region, "execute-api");
    if (!verdict.valid) return { allowed: false, response: RESPONSES[verdict.fault], message: verdict.message };
    const { principal, accessKeyId } = verdict.credentials;
    if (auth(cloud).mayInvoke(principal, methodArn)) return { allowed: true, principal: { userArn: principal, accessKey: accessKeyId } };
    // API Gateway shows the last four digits of the account only.
    const shown = methodArn.replace(/:\d{8}(\d{4}):/, ":********$1:");
    return { allowed: false, response: "ACCESS_DENIED", message: `User: ${principal} is not authorized to perform: execute-api:Invoke on resource: ${shown}` };
  };
