import { iam } from "../../../twin/services/iam/index";
import { lambda, type PolicyStatement } from "../../../twin/services/lambda/index";
import { ACCOUNT, config, handlerOf, REGION, settle, virtualCloud } from "./support";

const OPERATOR = `arn:aws:iam::${ACCOUNT}:role/operator`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/operator/alice`;
const FOREIGN = "arn:aws:iam::999999999999:role/guest";
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:fn`;

const statement = (principal: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({ statementId: `s-${principal}`, action: "lambda:InvokeFunction", principal, ...more });

/** How an SDK call of Invoke ends: its status, or the error's name. */
async function invoke(principal: string, statements: readonly PolicyStatement[], { identity, input = {} }: { readonly identity?: object; readonly input?: object } = {}): Promise<number | string> {
  const { cloud, kernel } = virtualCloud();
  iam(cloud).putRole({ name: "operator", arn: OPERATOR, trust: '{"Version":"2012-10-17","Statement":[]}', maxSessionSeconds: 3600 });
  if (identity) iam(cloud).putRolePolicy("operator", "own", JSON.stringify({ Version: "2012-10-17", Statement: [{ Action: "lambda:InvokeFunction", Resource: "*", ...identity }] }));
  const service = lambda(cloud, REGION);
  service.deploy(config(handlerOf("return 1;"), { version: "1" }));
  service.alias("fn", "live", "1");
  for (const one of statements) service.grant("fn", one);
  const call = cloud.call({ region: REGION, service: "lambda", operation: "Invoke" }, { FunctionName: "fn", ...input }, { principal });
  return settle(kernel, call).then(
    (answer) => (answer as { StatusCode: number }).StatusCode, // Invoke's output
    (error: Error) => error.name,
  );
}

const DENIED = "AccessDeniedException";

test.each<[string, readonly PolicyStatement[], number | string]>([
  ["no statement", [], DENIED],
  ["a statement that names it", [statement(OPERATOR)], 200],
  ["a statement that names everybody", [statement("*")], 200],
  ["one that names another role", [statement(OPERATOR.replace("operator", "other"))], DENIED],
  ["one that leaves it to the account's own policies", [statement(ACCOUNT)], DENIED],
  ["one for another action", [statement(OPERATOR, { action: "lambda:GetFunction" })], DENIED],
  ["one for calls on behalf of a resource", [statement("*", { sourceArn: "arn:aws:s3:::b" })], DENIED],
  ["one for an alias, which it does not call", [statement(OPERATOR, { qualifier: "live" })], DENIED],
  ["one for a service alone", [statement("apigateway.amazonaws.com")], DENIED],
])("a role without a policy of its own invokes by the function's: %s", async (_, statements, expected) => {
  expect(await invoke(SESSION, statements)).toBe(expected);
});

test("an alias goes by its own statements", async () => {
  const live = statement(OPERATOR, { qualifier: "live" });
  expect(await invoke(SESSION, [live], { input: { Qualifier: "live" } })).toBe(200);
  expect(await invoke(SESSION, [live], { input: { FunctionName: `${FUNCTION}:live` } })).toBe(200);
  expect(await invoke(SESSION, [statement(OPERATOR)], { input: { Qualifier: "live" } })).toBe(DENIED);
});

test("the role's own policy is enough, and its deny beats the function's allow", async () => {
  expect(await invoke(SESSION, [], { identity: { Effect: "Allow" } })).toBe(200);
  expect(await invoke(SESSION, [statement(OPERATOR)], { identity: { Effect: "Deny" } })).toBe(DENIED);
});

test("another account's role needs the function's word", async () => {
  expect(await invoke(FOREIGN, [])).toBe(DENIED);
  expect(await invoke(FOREIGN, [statement("999999999999")])).toBe(200);
});

test("a service is let in from when the policy says so, even if it was refused before", () => {
  const service = lambda(virtualCloud().cloud, REGION);
  const [gateway, source] = ["apigateway.amazonaws.com", "arn:aws:execute-api:eu-west-1:1:api/prod/GET/a"];
  const asked = (principal = gateway): boolean => service.allows(FUNCTION, principal, source);
  expect(asked()).toBe(false);
  service.deploy(config(handlerOf("return 1;")));
  expect(asked()).toBe(false);
  service.grant("fn", statement(gateway, { sourceArn: "arn:aws:execute-api:eu-west-1:1:api/*" }));
  expect([asked(), asked("sns.amazonaws.com"), asked()]).toEqual([true, false, true]);
  service.grant("fn", statement(gateway, { sourceArn: "arn:aws:execute-api:eu-west-1:1:other/*" }));
  expect(asked()).toBe(false);
});
