import type { Context } from "../../../rules/iam-evaluate";
import type { AccessRequest } from "../../cloud";
import type { Endpoint, Way } from "../vpc/state";

/** The endpoint that a call takes, if it takes one. */
export const endpointOf = (way: Way | undefined): Endpoint | undefined => (way === "nat" ? undefined : way);

/** A call's condition keys with those of its way. "AWS global condition context keys": there only for what comes through an endpoint. */
export function wayKeys(context: AccessRequest["context"], way: Way | undefined): () => Context {
  const endpoint = endpointOf(way);
  if (!endpoint) return context ?? (() => ({}));
  return () => ({ ...context?.(), "aws:SourceVpce": endpoint.id, "aws:SourceVpc": endpoint.vpcId });
}
