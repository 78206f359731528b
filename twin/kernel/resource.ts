import { remembered } from "../../rules/remembered";

/** The members of an SDK call's input that name the resource it is for, by name or ARN. */
const MEMBERS = ["TableName", "FunctionName", "Bucket", "TopicArn"] as const;

/** The last part of an ARN: of `…:function:pay` and `…:table/pay` it is `pay`; a plain name is itself. */
export const resourceName = (reference: string): string => (reference.startsWith("arn:") ? nameIn(reference) : reference);

const nameIn = remembered((arn) => {
  const rest = arn.split(":").slice(5);
  const last = rest.length > 1 ? rest[1] : rest[0];
  return (last ?? "").split("/").slice(-1)[0] ?? "";
});

/** The name of the resource that a call is for; undefined where its input names none. */
export function resourceOf(input: unknown): string | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const members = input as Readonly<Record<string, unknown>>; // any object may be looked at
  for (const member of MEMBERS) {
    const value = members[member];
    if (typeof value === "string") return resourceName(value);
  }
  return undefined;
}
