import * as fc from "fast-check";
import { sigV4aSigner } from "../../../client/index";
import type { HttpRequest } from "../../../twin/network";
import { Credentials } from "../../../twin/services/auth/credentials";
import { canonicalRequest, stringToSign } from "../../../twin/services/auth/signed-request";
import { sigV4Signature } from "../../../twin/services/auth/sigv4";
import { coversRegion, derivePrivateKey, SigV4aVerifier } from "../../../twin/services/auth/sigv4a";
import { verifySignature, type Verifier } from "../../../twin/services/auth/verify";
import { signV4, toHttp, type Sketch } from "./support";

/** AWS's example credentials and date: "Signature Version 4 test suite". */
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SCOPE = "20150830/us-east-1/service/aws4_request";
const exampleRequest = (method: string, target: string): HttpRequest => ({
  method,
  host: "example.amazonaws.com",
  target,
  headers: { host: ["example.amazonaws.com"], "x-amz-date": ["20150830T123600Z"] },
  body: new Uint8Array(),
  sourceIp: "198.51.100.1",
});

describe("known answers of AWS's Signature Version 4 test suite", () => {
  it.each([
    ["get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["post-vanilla", "POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    ["get-vanilla-query-order-key-case", "GET", "/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"],
  ])("%s has the published signature", (_name, method, target, signature) => {
    const canonical = canonicalRequest(exampleRequest(method, target), ["host", "x-amz-date"]);
    expect(sigV4Signature(SECRET, SCOPE, stringToSign("AWS4-HMAC-SHA256", "20150830T123600Z", SCOPE, canonical))).toBe(signature);
  });

  it("derives the published SigV4A key of the example credentials", () => {
    // aws-c-auth, tests/key_derivation_tests.c
    expect(derivePrivateKey("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom").toString("hex")).toBe(
      "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd",
    );
  });
});

const known = new Credentials();
const NOW = Date.UTC(2026, 10, 21, 6, 50, 0);
const PRINCIPAL = "arn:aws:iam::123456789012:user/anna";
const issue = (stsEndpoint = "us-east-2", expiresAt = NOW + 3_600_000) => known.issue({ principal: PRINCIPAL, stsEndpoint, expiresAt });
const session = issue();
const verifier = (more: Partial<Verifier> = {}): Verifier => ({
  region: "us-east-1",
  service: "execute-api",
  now: NOW,
  find: (key) => known.find(key),
  sigv4a: new SigV4aVerifier(),
  ...more,
});
const payment: Sketch = { method: "POST", host: "pay.example.com", target: "/payments?b=2&a=1", headers: { "idempotency-key": "order-1" }, body: '{"amount":1}' };
const REGIONS = ["us-east-1", "us-east-2"];

async function signV4a(sketch: Sketch, credentials = session, regions: readonly string[] = REGIONS, now = NOW): Promise<HttpRequest> {
  const { host, ...rest } = sketch;
  const signed = await sigV4aSigner(regions)({ ...rest, hostname: host }, credentials, now);
  return toHttp({ ...sketch, headers: signed.headers });
}

const sketches = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE"),
  host: fc.constantFrom("pay.example.com", "us-east-1.pay.example.com"),
  path: fc.array(fc.string({ unit: fc.constantFrom("a", "Z", "9", "-", "_", "~", " ", "%", "+", "é", "*", "'", "(", "=") , minLength: 1, maxLength: 6 }), { maxLength: 3 }),
  query: fc.uniqueArray(fc.tuple(fc.string({ unit: fc.constantFrom("a", "B", "é", " ", "&", "=", "*"), minLength: 1, maxLength: 4 }), fc.string({ maxLength: 5 })), { maxLength: 4, selector: ([name]) => name }),
  header: fc.string({ unit: fc.constantFrom("a", " ", "1", ","), maxLength: 8 }),
  body: fc.string({ maxLength: 20 }),
}).filter(({ path }) => path.every((segment) => segment !== "." && segment !== ".."));

const asSketch = ({ method, host, path, query, header, body }: typeof sketches extends fc.Arbitrary<infer T> ? T : never): Sketch => {
  const search = query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&");
  return { method, host, target: `/${path.map(encodeURIComponent).join("/")}${search && `?${search}`}`, headers: { "x-note": header }, body };
};

describe("what Amazon's own signer has signed is right here", () => {
  it("for SigV4", async () => {
    await fc.assert(
      fc.asyncProperty(sketches, async (drawn) => {
        const request = await signV4(asSketch(drawn), session, "us-east-1", NOW);
        expect(verifySignature(request, verifier())).toMatchObject({ valid: true });
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it("for SigV4A, in every region of the set, and no more once a byte of it has changed", async () => {
    await fc.assert(
      fc.asyncProperty(sketches, async (drawn) => {
        const request = await signV4a(asSketch(drawn));
        for (const region of REGIONS) expect(verifySignature(request, verifier({ region }))).toMatchObject({ valid: true });
        const changed = { ...request, body: Buffer.concat([request.body, Buffer.from("x")]) };
        expect(verifySignature(changed, verifier())).toMatchObject({ valid: false, fault: "SignatureDoesNotMatch" });
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

describe("a signature that must not be taken", () => {
  const without = (request: HttpRequest, name: string): HttpRequest => ({ ...request, headers: Object.fromEntries(Object.entries(request.headers).filter(([key]) => key !== name)) });
  const with_ = (request: HttpRequest, headers: Record<string, string>): HttpRequest => ({ ...request, headers: { ...request.headers, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) } });
  const cases: readonly (readonly [string, () => Promise<HttpRequest>, Partial<Verifier>, string, RegExp])[] = [
    ["none at all", async () => toHttp(payment), {}, "MissingAuthenticationToken", /Missing Authentication Token/],
    ["one in the query string", async () => toHttp({ ...payment, target: "/payments?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00" }), {}, "IncompleteSignature", /Presigned/],
    ["another scheme", async () => toHttp({ ...payment, headers: { authorization: "Bearer abc" } }), {}, "UnsupportedScheme", /Bearer/],
    ["one without its parts", async () => toHttp({ ...payment, headers: { authorization: "AWS4-HMAC-SHA256 Credential=a/b" } }), {}, "IncompleteSignature", /SignedHeaders/],
    ["SigV4 of another region", () => signV4(payment, session, "us-east-1", NOW), { region: "us-east-2" }, "SignatureDoesNotMatch", /scoped to a valid region, not 'us-east-1'/],
    ["SigV4A whose set leaves the region out", () => signV4a(payment), { region: "eu-west-1" }, "SignatureDoesNotMatch", /scoped to a valid region/],
    ["another service's", () => signV4(payment, session, "us-east-1", NOW), { service: "sts" }, "SignatureDoesNotMatch", /correct service/],
    ["one of six minutes ago", () => signV4(payment, session, "us-east-1", NOW - 360_000), {}, "SignatureDoesNotMatch", /Signature expired/],
    ["one of the future", () => signV4a(payment, session, REGIONS, NOW + 360_000), {}, "SignatureDoesNotMatch", /not yet current/],
    ["an unknown access key's", () => signV4(payment, { ...session, accessKeyId: "ASIAUNKNOWN" }, "us-east-1", NOW), {}, "UnrecognizedClient", /invalid/],
    ["another secret's, SigV4", () => signV4(payment, { ...session, secretAccessKey: "other" }, "us-east-1", NOW), {}, "SignatureDoesNotMatch", /does not match/],
    ["another secret's, SigV4A", () => signV4a(payment, { ...session, secretAccessKey: "other" }), {}, "SignatureDoesNotMatch", /does not match/],
    ["temporary credentials' without their token", () => signV4(payment, { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey }, "us-east-1", NOW), {}, "UnrecognizedClient", /invalid/],
    ["an expired session's", () => signV4a(payment, issue("us-east-2", NOW)), {}, "ExpiredToken", /expired/],
    ["SigV4A with a token of the global STS endpoint", () => signV4a(payment, issue("global")), {}, "UnrecognizedClient", /invalid/],
    ["a global token in a region that needs opt-in", () => signV4(payment, issue("global"), "ap-east-1", NOW), { region: "ap-east-1" }, "UnrecognizedClient", /invalid/],
    ["one without the date", async () => without(await signV4(payment, session, "us-east-1", NOW), "x-amz-date"), {}, "IncompleteSignature", /x-amz-date/],
    ["one whose host is not signed", async () => toHttp({ ...payment, headers: { authorization: "AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/execute-api/aws4_request, SignedHeaders=x-amz-date, Signature=00" } }), {}, "SignatureDoesNotMatch", /Host/],
    ["one with an x-amz header added later", async () => with_(await signV4(payment, session, "us-east-1", NOW), { "x-amz-target": "x" }), {}, "SignatureDoesNotMatch", /x-amz-target/],
    ["one whose idempotency key was changed", async () => with_(await signV4a(payment), { "idempotency-key": "order-2" }), {}, "SignatureDoesNotMatch", /does not match/],
    ["one that says another body's hash", () => signV4({ ...payment, headers: { "x-amz-content-sha256": "00" } }, session, "us-east-1", NOW), {}, "SignatureDoesNotMatch", /does not match/],
  ];

  it.each(cases)("refuses %s", async (_name, make, more, fault, message) => {
    expect(verifySignature(await make(), verifier(more))).toEqual({ valid: false, fault, message: expect.stringMatching(message) });
  });

  it("takes a global token for SigV4 where no opt-in is needed, and a user's own key without a token", async () => {
    expect(verifySignature(await signV4(payment, issue("global"), "us-east-1", NOW), verifier())).toMatchObject({ valid: true });
    expect(verifySignature(await signV4(payment, known.createAccessKey(PRINCIPAL), "us-east-1", NOW), verifier())).toMatchObject({ valid: true, credentials: { principal: PRINCIPAL } });
  });
});

it.each([
  ["*", true],
  ["us-east-1,us-east-2", true],
  ["us-*", true],
  ["us-east-2, us-east-1", true],
  ["eu-*", false],
  ["us-east-", false],
  ["us-east-11", false],
])("a region set %s covers us-east-1: %s", (set, expected) => {
  expect(coversRegion(set, "us-east-1")).toBe(expected);
});

