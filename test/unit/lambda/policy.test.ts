import type { PolicyStatement } from "../../../twin/services/lambda/config";
import { allowsInvoke, arnLike, type InvokeRequest } from "../../../twin/services/lambda/policy";

const API = "arn:aws:execute-api:us-east-1:123456789012:abc123";

describe("ArnLike", () => {
  test.each([
    [`${API}/*/POST/payments`, `${API}/live/POST/payments`, true],
    [`${API}/*/POST/payments`, `${API}/live/GET/payments`, false],
    [`${API}/*`, `${API}/live/GET/payments/{id}`, true],
    [`${API}/li?e/*`, `${API}/live/GET/x`, true],
    [`${API}/li?e/*`, `${API}/lie/GET/x`, false],
    [`${API}/a.c`, `${API}/abc`, false],
    ["arn:aws:execute-api:*:123456789012:abc123/*", `${API}/live/GET/x`, true],
    ["arn:aws:execute-api:us-east-2:123456789012:abc123/*", `${API}/live/GET/x`, false],
    ["arn:aws:execute-api:*", `${API}/live/GET/x`, false],
    ["*", `${API}/live/GET/x`, true],
  ])("%s and %s: %s", (pattern, arn, expected) => {
    expect(arnLike(pattern, arn)).toBe(expected);
  });
});

describe("a function's resource policy", () => {
  const statement: PolicyStatement = { statementId: "api", action: "lambda:InvokeFunction", principal: "apigateway.amazonaws.com", sourceArn: `${API}/*/POST/payments` };
  const request: InvokeRequest = { principal: "apigateway.amazonaws.com", sourceArn: `${API}/live/POST/payments`, accountId: "123456789012" };

  test.each<[string, Partial<PolicyStatement>[], Partial<InvokeRequest>, boolean]>([
    ["lets the named API in", [{}], {}, true],
    ["has no statement", [], {}, false],
    ["names another service", [{ principal: "s3.amazonaws.com" }], {}, false],
    ["names another route", [{}], { sourceArn: `${API}/live/POST/payments/validate` }, false],
    ["names another action", [{ action: "lambda:GetFunction" }], {}, false],
    ["grants all actions", [{ action: "lambda:*" }], {}, true],
    ["is open to all", [{ principal: "*" }], {}, true],
    ["names another account", [{ sourceAccount: "210987654321" }], {}, false],
    ["is for a version only", [{ qualifier: "3" }], {}, false],
    ["is for the version that is asked for", [{ qualifier: "3" }], { qualifier: "3" }, true],
    ["needs one statement to hold whole", [{ principal: "s3.amazonaws.com" }, { sourceArn: `${API}/other` }], {}, false],
  ])("%s", (_case, changes, asked, expected) => {
    const statements = changes.map((change) => ({ ...statement, ...change }));
    expect(allowsInvoke(statements, { ...request, ...asked })).toBe(expected);
  });
});
