import { createHash } from "node:crypto";

/** `length` (at most 64) hex digits that depend on the parts alone: ids are the same in every deployment. */
export const stableId = (length: number, ...parts: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, length);

/** An ARN of the `aws` partition. Pass an empty region or account where the service has none. */
export const arn = (service: string, region: string, accountId: string, resource: string): string =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;
