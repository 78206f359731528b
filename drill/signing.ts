import { sigV4aSigner, type Credentials, type CredentialSource } from "../client/index";
import { isoTime } from "../lambda/shared/clock";
import { ALGORITHMS, canonicalRequest, stringToSign } from "../twin/services/auth/signed-request";
import { sigV4Signature } from "../twin/services/auth/sigv4";
import type { ClientRequest, Transport } from "./transport";

/** Signs as of an instant (epoch ms). */
export type SignRequest = (request: ClientRequest, now: number) => Promise<ClientRequest>;

/** The same transport, every attempt signed anew, with its own date; the signer's clock may be wrong. */
export const signing = (transport: Transport, sign: SignRequest, clockErrorMs = 0): Transport => ({
  clock: transport.clock,
  resolve: (hostname) => transport.resolve(hostname),
  send: async (address, request, timeoutMs) => transport.send(address, await sign(request, transport.clock.now() + clockErrorMs), timeoutMs),
});

const current = (source: CredentialSource): Promise<Credentials> => (typeof source === "function" ? source() : Promise.resolve(source));

/** As the payments client signs: for all the regions. */
export function withSigV4a(source: CredentialSource, regions: readonly string[]): SignRequest {
  const sign = sigV4aSigner(regions);
  return async (request, now) => {
    const { method, host, target, body, headers } = request;
    const signed = await sign({ method, hostname: host, target, headers, ...(body === undefined ? {} : { body }) }, await current(source), now);
    return { ...request, headers: signed.headers };
  };
}

const encoder = new TextEncoder();

/** As most clients sign: for one region, the one that they were configured for. The other region refuses them. */
export const withSigV4 = (source: CredentialSource, region: string): SignRequest => async (request, now) => {
  const { accessKeyId, secretAccessKey, sessionToken } = await current(source);
  const date = isoTime(now).replace(/\.\d+/, "").replace(/[-:]/g, "");
  const given = { ...request.headers, host: request.host, "x-amz-date": date, ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }) };
  const headers = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const names = Object.keys(headers).sort();
  const arrived = { ...request, headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])), body: encoder.encode(request.body ?? ""), sourceIp: "" };
  const scope = `${date.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const text = stringToSign(ALGORITHMS.sigv4, date, scope, canonicalRequest(arrived, names));
  const signature = sigV4Signature(secretAccessKey, scope, text);
  const authorization = `${ALGORITHMS.sigv4} Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...request, headers: { ...headers, authorization } };
};
