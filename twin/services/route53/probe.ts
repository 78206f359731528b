import type { Cloud } from "../../cloud";
import { ConnectionRefused, InjectedError } from "../../kernel/door";
import { within } from "../../kernel/kernel";
import { HostUnknown, type HttpRequest, type HttpResponse } from "../../network";
import type { EndpointCheck } from "./health-check";

/** "How Amazon Route 53 determines whether a health check is healthy": 4 s to connect, then 2 s for the status line. */
export const CONNECT_MS = 4_000;
/**
 * The body has 2 s more on AWS. Here status and body arrive together, as API Gateway sends them, so the status line's
 * limit is the one that binds.
 */
export const ANSWER_MS = 2_000;
/** Where the string must be found. */
const SEARCH_BYTES = 5_120;
/** No UTF-8 character is longer, so a shorter body needs no encoding to be measured. */
const MAX_BYTES_PER_UNIT = 3;

/** Is this answer what the check wants? Status 2xx or 3xx, and the string, if it looks for one. */
export function passes({ searchString }: Pick<EndpointCheck, "searchString">, { status, body }: HttpResponse): boolean {
  if (status < 200 || status >= 400) return false;
  if (searchString === undefined) return true;
  if (body.length * MAX_BYTES_PER_UNIT <= SEARCH_BYTES) return body.includes(searchString);
  return Buffer.from(body).subarray(0, SEARCH_BYTES).includes(searchString);
}

/** One probe: true when the endpoint answered as the check wants, in time. Certificates are not validated. */
export function probe(cloud: Cloud, check: EndpointCheck, address: string, request: HttpRequest): Promise<boolean> {
  return within(cloud.kernel, ANSWER_MS, cloud.network.send(address, request)).then(
    (answer) => (answer.timedOut ? silence(cloud, address) : passes(check, answer.value)),
    (error: unknown) => {
      if (isNetworkError(error)) return false;
      throw error;
    },
  );
}

/** No answer within the time limit for one. A connection that never came up is given up later than one that is there and silent. */
async function silence(cloud: Cloud, address: string): Promise<false> {
  if (swallowed(cloud, address)) await cloud.kernel.sleep(CONNECT_MS - ANSWER_MS);
  return false;
}

const isNetworkError = (error: unknown): boolean =>
  error instanceof ConnectionRefused || error instanceof HostUnknown || error instanceof InjectedError;

/** Do packets to this address vanish, so that no connection comes up? */
function swallowed(cloud: Cloud, address: string): boolean {
  const region = cloud.network.regionAt(address);
  if (region === undefined || cloud.faults.outage(region) === "vanish") return true;
  return cloud.faults
    .list()
    .some(({ fault }) => fault.service === "apigateway" && fault.mode === "vanish" && fault.when !== "after" && (fault.region ?? region) === region);
}
