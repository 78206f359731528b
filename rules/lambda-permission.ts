import type { LambdaObjection } from "./lambda";

/** A statement of a function's resource policy, as `AddPermission` takes it. */
export interface PermissionSettings {
  readonly action?: string | undefined;
  readonly principal?: string | undefined;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
  readonly statementId?: string | undefined;
}

interface Form {
  readonly allowed: string;
  readonly pattern: RegExp;
  readonly required?: boolean;
}

/** "AddPermission" (Lambda API reference): the patterns of its request parameters. */
const FORMS: Readonly<Record<keyof PermissionSettings, Form>> = {
  action: { allowed: "lambda:<Operation>, lambda:* or *", pattern: /^(lambda:(\*|[a-zA-Z]+)|\*)$/, required: true },
  principal: {
    allowed: "a service (apigateway.amazonaws.com), an account id, an IAM ARN, or *",
    pattern: /^(\*|\d{12}|[a-z0-9.-]+\.amazonaws\.com|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+)$/,
    required: true,
  },
  sourceArn: { allowed: "an ARN, * and ? for any characters", pattern: /^arn:[a-z*?-]+:[a-z0-9*?-]+:[a-z0-9*?-]*:(\d{12}|[\d*?]*):.+$/ },
  sourceAccount: { allowed: "12 digits", pattern: /^\d{12}$/ },
  statementId: { allowed: "1..100 of letters, digits, - and _", pattern: /^[a-zA-Z0-9-_]{1,100}$/ },
};

const PROPERTIES = Object.keys(FORMS) as (keyof PermissionSettings)[]; // the keys of a literal

/** All that AddPermission would refuse. */
export const permissionObjections = (settings: PermissionSettings): readonly LambdaObjection[] =>
  PROPERTIES.flatMap((property) => {
    const { allowed, pattern, required } = FORMS[property];
    const given = settings[property];
    if (given === undefined ? !required : pattern.test(given)) return [];
    const what = given === undefined ? "missing" : `got "${given}"`;
    return [{ code: `lambda.permission-${property}`, property, message: `${what}; allowed ${allowed}` }];
  });
