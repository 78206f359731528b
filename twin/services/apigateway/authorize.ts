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
