import { remembered } from "../../../rules/remembered";

/** A function as callers name it. */
export interface FunctionReference {
  readonly name: string;
  /** A version's number or an alias; undefined = `$LATEST`. */
  readonly qualifier?: string;
}

/** `name`, `name:qualifier`, or an ARN with or without a qualifier -> its parts. "Invoke" (Lambda API reference), FunctionName. */
export const parseReference = remembered((reference): FunctionReference => {
  const [name = "", qualifier] = reference.startsWith("arn:") ? reference.split(":").slice(6) : reference.split(":");
  return qualifier === undefined || qualifier === "$LATEST" ? { name } : { name, qualifier };
});
