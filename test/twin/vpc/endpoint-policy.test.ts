import type { CompiledPolicy } from "../../../rules/iam-evaluate";
import { compilePolicy } from "../../../rules/iam-evaluate";
import type { AccessRequest, Cloud } from "../../../twin/cloud";
import { iam } from "../../../twin/services/iam/index";
import { ACCOUNT, REGION, ROLE, settle, virtualCloud } from "../lambda/support";
import { attachment, egress, gateway, inter, ingress, nat, network, through, type Change } from "./support";

const TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/t`;
const BUCKET_KEY = "arn:aws:s3:::receipts/a";
const OWN = { StringEquals: { "aws:PrincipalAccount": ACCOUNT } };

const document = (...Statement: readonly object[]): string => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: string, more: object = {}): object => ({ Effect: "Allow", Principal: "*", Action, Resource: "*", ...more });
const policy = (...statements: readonly object[]): CompiledPolicy => compilePolicy(document(...statements));

/** A way by the service's gateway endpoint, with a policy or without one. */
const gatewayWith = (service: string, endpointPolicy?: CompiledPolicy): readonly Change[] => [
  through({ ...gateway(service, ["private-table"]), policy: endpointPolicy }),
  egress({ prefixListId: `pl-${service}` }),
];
const interfaceWith = (service: string, endpointPolicy?: CompiledPolicy): readonly Change[] => [
  through({ ...inter(service), policy: endpointPolicy }),
  egress({ referencedSecurityGroupId: "ends" }),
  ingress({ referencedSecurityGroupId: "fn" }),
];

/** The role may do everything; what its policies say beside the endpoint's. */
function called(changes: readonly Change[], { action, resource }: AccessRequest, role: object = { Effect: "Allow", Action: "*", Resource: "*" }): Promise<unknown> {
  const { cloud, kernel } = virtualCloud();
  const account = iam(cloud);
  account.putRole({ name: "worker", arn: ROLE, trust: document({ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }), maxSessionSeconds: 3600 });
  account.putRolePolicy("worker", "own", document(role));
  const [service = "", operation = ""] = action.split(":");
  cloud.publish(service, REGION, { [operation]: () => "done" }, { needs: { [operation]: () => [{ action, resource }] } });
  network(cloud, ...changes);
  return settle(kernel, ask(cloud, service, operation));
}

const ask = (cloud: Cloud, service: string, operation: string): Promise<unknown> =>
  cloud.call({ region: REGION, service, operation }, {}, { region: REGION, principal: ROLE, network: attachment() }).catch(({ name, message }: Error) => ({ name, message }));

const GET: AccessRequest = { action: "dynamodb:GetItem", resource: TABLE };
const READ: AccessRequest = { action: "s3:GetObject", resource: BUCKET_KEY };
const PUBLISH: AccessRequest = { action: "sns:Publish", resource: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts` };

test.each<[string, readonly Change[], AccessRequest]>([
  ["without a policy of its own passes everything", gatewayWith("dynamodb"), GET],
  ["passes what its policy allows", gatewayWith("dynamodb", policy(allow("dynamodb:*", { Resource: TABLE, Condition: OWN }))), GET],
  ["knows the owner of a bucket, whose ARN does not name it", gatewayWith("s3", policy(allow("s3:*", { Condition: { StringEquals: { "aws:ResourceAccount": ACCOUNT } } }))), READ],
  ["that admits the account admits its roles", interfaceWith("sns", policy(allow("sns:*", { Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } }))), PUBLISH],
])("an endpoint %s", async (_, changes, request) => {
  await expect(called(changes, request)).resolves.toBe("done");
});

test.each<[string, readonly Change[], AccessRequest, string]>([
  ["another action", gatewayWith("dynamodb", policy(allow("dynamodb:Query"))), GET, "because no VPC endpoint policy allows the dynamodb:GetItem action"],
  ["another table", gatewayWith("dynamodb", policy(allow("dynamodb:*", { Resource: `${TABLE}s` }))), GET, "because no VPC endpoint policy allows"],
  ["principals of another account", gatewayWith("s3", policy(allow("s3:*", { Condition: { StringEquals: { "aws:PrincipalAccount": "210987654321" } } }))), READ, "because no VPC endpoint policy allows"],
  ["other roles", interfaceWith("sns", policy(allow("sns:*", { Principal: { AWS: `${ROLE}-2` } }))), PUBLISH, "because no VPC endpoint policy allows"],
  ["everything but what it denies", gatewayWith("dynamodb", policy(allow("*"), { ...allow("dynamodb:GetItem"), Effect: "Deny" })), GET, "with an explicit deny in a VPC endpoint policy"],
])("an endpoint that lets %s pass refuses a call as AWS words it, though the role may make it", async (_, changes, request, says) => {
  await expect(called(changes, request)).resolves.toMatchObject({ name: "AccessDeniedException", message: expect.stringContaining(says) as string });
});

test("an endpoint's policy allows nothing by itself: the role's own policy must", async () => {
  await expect(called(gatewayWith("dynamodb", policy(allow("*"))), GET, { Effect: "Allow", Action: "sns:*", Resource: "*" })).resolves.toMatchObject({
    message: expect.stringContaining("because no identity-based policy allows the dynamodb:GetItem action") as string,
  });
});

test("what goes through NAT passes no endpoint, whatever the endpoint of other subnets says", async () => {
  const others = through({ ...gateway("dynamodb", ["isolated-table"]), policy: policy({ ...allow("*"), Effect: "Deny" }) });
  await expect(called([...nat, others, egress({ cidrIpv4: "0.0.0.0/0" })], GET)).resolves.toBe("done");
});

test.each([
  ["aws:SourceVpce", "vpce-dynamodb"],
  ["aws:SourceVpc", "vpc"],
])("a role that may act through its network alone (%s) may do so there and nowhere else", async (key, value) => {
  const role = { Effect: "Allow", Action: "*", Resource: "*", Condition: { StringEquals: { [key]: value } } };
  await expect(called(gatewayWith("dynamodb"), GET, role)).resolves.toBe("done");
  await expect(called([...nat, egress({ cidrIpv4: "0.0.0.0/0" })], GET, role)).resolves.toMatchObject({ name: "AccessDeniedException" });
});
