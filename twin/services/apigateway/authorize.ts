import type { HttpRequest } from "../../network";

/** The method that a signed request asks for. */
export interface SignedMethod {
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly httpMethod: string;
  readonly resourcePath: string;
  /** `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<path>`: the resource of the caller's policy. */
  readonly methodArn: string;
}

/** What a signature says about its sender. */
export type Authorization =
  | { readonly allowed: true; readonly principal?: Principal }
  | {
      readonly allowed: false;
      readonly response: "MISSING_AUTHENTICATION_TOKEN" | "INVALID_SIGNATURE" | "EXPIRED_TOKEN" | "ACCESS_DENIED";
      readonly message: string;
    };

/** Who has signed, as the function sees it in `requestContext.identity`. */
export interface Principal {
  readonly userArn: string;
  readonly accessKey?: string;
}

/** Judges requests to methods with IAM authorization. */
export type Authorizer = (request: HttpRequest, method: SignedMethod) => Authorization;

const SCHEMES = ["AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"];

/**
 * The authorizer of a gateway that has been given none: it knows no credentials, hence no signature is right. Messages
 * are those of AWS: "Signature Version 4 troubleshooting" (IAM user guide).
 */
export const trustNobody: Authorizer = ({ headers, target }) => {
  const given = headers["authorization"]?.[0];
  const inQuery = /[?&]X-Amz-Signature=/.test(target);
  if (given === undefined && !inQuery) return { allowed: false, response: "MISSING_AUTHENTICATION_TOKEN", message: "Missing Authentication Token" };
  const scheme = given?.split(" ")[0] ?? "";
  if (inQuery || SCHEMES.includes(scheme)) {
    return {
      allowed: false,
      response: "INVALID_SIGNATURE",
      message: "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    };
  }
  return { allowed: false, response: "ACCESS_DENIED", message: "Authorization header requires a signature of AWS Signature Version 4" };
};
