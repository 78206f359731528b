import { MAX_HEADER_BYTES, MAX_PAYLOAD_BYTES } from "../../../rules/apigateway";
import type { HttpRequest } from "../../network";
import { Rejection } from "./responses";

/** The resource's path with its parameters as requested: however the request wrote it, its ARN is the same. */
export const pathOf = (resourcePath: string, parameters: Readonly<Record<string, string>>): string =>
  resourcePath.replace(/\{(\w+)\+?\}/g, (_, name: string) => encodeURI(parameters[name] ?? ""));

/** "Quotas for configuring and running a REST API in API Gateway". 431 is HTTP's own status for the headers; AWS documents no type for it. */
export function checkSize({ body, headers }: HttpRequest): void {
  if (body.length > MAX_PAYLOAD_BYTES) throw new Rejection("REQUEST_TOO_LARGE", `HTTP content length exceeded ${MAX_PAYLOAD_BYTES} bytes.`);
  const total = Object.values(headers).flat().reduce((sum, value) => sum + Buffer.byteLength(value), 0);
  if (total > MAX_HEADER_BYTES) throw new Rejection("DEFAULT_4XX", `HTTP header is larger than ${MAX_HEADER_BYTES} bytes.`, 431);
}
