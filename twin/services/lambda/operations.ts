import type { AccessRules, Operation } from "../../cloud";
import { AwsError } from "../../errors";
import type { InvokeResult } from "./index";

interface InvokeInput {
  readonly FunctionName?: unknown;
  readonly Qualifier?: unknown;
  readonly InvocationType?: unknown;
  readonly Payload?: unknown;
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", message, 400, { Type: "User" });

function parsePayload(payload: unknown): unknown {
  if (payload === undefined) return {};
  const text = payload instanceof Uint8Array ? Buffer.from(payload).toString("utf8") : payload;
  if (typeof text !== "string") throw invalid("Payload: expected JSON as text or bytes");
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json", 400, { Type: "User" });
  }
}

/** The SDK operation Invoke, waiting for the result. "Invoke" (Lambda API reference). */
export const invokeOperation =
  (run: (reference: string, event: unknown) => Promise<InvokeResult>): Operation =>
  async (input: InvokeInput) => {
    const { FunctionName, Qualifier, InvocationType = "RequestResponse", Payload } = input;
    if (typeof FunctionName !== "string" || FunctionName === "") throw invalid("FunctionName: missing; expected a name or an ARN");
    if (InvocationType !== "RequestResponse") {
      throw invalid(`InvocationType ${String(InvocationType)} is not in this twin; allowed: RequestResponse`);
    }
    const reference = typeof Qualifier === "string" ? `${FunctionName}:${Qualifier}` : FunctionName;
    const { payload, functionError, version } = await run(reference, parsePayload(Payload));
    return {
      StatusCode: 200,
      ExecutedVersion: version,
      ...(functionError ? { FunctionError: "Unhandled" } : {}),
      Payload: new Uint8Array(Buffer.from(JSON.stringify(functionError ?? payload ?? null))),
    };
  };

/** "Actions, resources, and condition keys for AWS Lambda" (Service authorization reference). */
export const invokeAccess = (arnOf: (reference: string) => string): AccessRules => ({
  needs: {
    Invoke: ({ FunctionName = "", Qualifier }: InvokeInput) => {
      const resource = arnOf(String(FunctionName)) + (typeof Qualifier === "string" ? `:${Qualifier}` : "");
      return [{ action: "lambda:InvokeFunction", resource }];
    },
  },
  denied: (message) => new AwsError("AccessDeniedException", message, 403, { Type: "User" }),
});
