import { compilePolicy, judge } from "../../rules/iam-evaluate";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";

/** The key of an ARN, where the program makes it and gives it a policy. */
export function keyOf(graph: Graph, arn: string): { readonly key: GraphResource; readonly policy: string } | undefined {
  const key = ofType(graph, "aws:kms/key:Key").find(({ outputs }) => outputs["arn"] === arn);
  const policy = key?.inputs["policy"];
  return key && typeof policy === "string" ? { key, policy } : undefined;
}

/**
 * Does the key's policy let the account do this through a service, as far as its identities' own policies allow it?
 * @param viaService e.g. `dynamodb.us-east-1.amazonaws.com`
 */
export function admitsThrough(policy: string, keyArn: string, action: string, viaService: string): boolean {
  const accountId = keyArn.split(":")[4] ?? "";
  const context = { "kms:ViaService": viaService, "kms:CallerAccount": accountId, "kms:GrantIsForAWSResource": "true" };
  const verdict = judge([compilePolicy(policy)], { requester: { arn: `arn:aws:iam::${accountId}:user/deployer`, accountId }, action, resource: keyArn, context: () => context });
  return verdict === "allow" || verdict === "delegate";
}
