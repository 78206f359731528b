import { isoTime } from "../../../lambda/shared/clock";
import type { Context, Requester } from "../../../rules/iam-evaluate";
import type { Endpoint } from "../vpc/state";

/** How a call stands that asks for an action, as far as it is the same for many calls. */
export interface Place {
  readonly requester: Requester;
  /** The requester is a role, by itself or by a session. */
  readonly isRole: boolean;
  /** The account that has the resource; undefined for actions that AWS ties to none. */
  readonly resourceAccount: string | undefined;
  /** The region in which the call arrives. */
  readonly region: string | undefined;
  /** The VPC endpoint by which it comes. */
  readonly endpoint: Endpoint | undefined;
}

/** The condition keys that {@link placeContext} gives or leaves out for good, in lower case. */
export const PLACE_KEYS: ReadonlySet<string> = new Set([
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:principalisawsservice",
  "aws:requestedregion",
  "aws:resourceaccount",
  "aws:securetransport",
  "aws:sourcevpc",
  "aws:sourcevpce",
]);

/** "AWS global condition context keys" (IAM user guide), but for the times and what the service adds. */
export function placeContext({ requester, isRole, resourceAccount, region, endpoint }: Place): Context {
  const isService = "service" in requester;
  const who = isService ? {} : { "aws:PrincipalArn": requester.arn, "aws:PrincipalAccount": requester.accountId, "aws:PrincipalType": isRole ? "AssumedRole" : "User" };
  return {
    ...who,
    ...(region === undefined ? {} : { "aws:RequestedRegion": region }),
    ...(resourceAccount === undefined ? {} : { "aws:ResourceAccount": resourceAccount }),
    // There only for what comes through an endpoint.
    ...(endpoint ? { "aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.vpcId } : {}),
    "aws:PrincipalIsAWSService": String(isService),
    "aws:SecureTransport": "true",
  };
}

/** @param now epoch milliseconds */
export const timeContext = (now: number): Context => ({ "aws:EpochTime": String(Math.floor(now / 1000)), "aws:CurrentTime": isoTime(now) });

export const TIME_KEYS: ReadonlySet<string> = new Set(["aws:currenttime", "aws:epochtime"]);
