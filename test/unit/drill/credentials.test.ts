import type { Credentials } from "../../../client/index";
import { NoCredentials, renewing, type CredentialPlan, type TokenService } from "../../../drill/credentials";

const PLAN: CredentialPlan = { from: "secondary", firstMs: 1_000, lifetimeMs: 10_000 };
const named = (accessKeyId: string): Credentials => ({ accessKeyId, secretAccessKey: "s", sessionToken: "t" });

/** STS that numbers what it gives, with a clock to be set. `gone`: it does not answer. */
function world() {
  const state = { now: 0, gone: false, asked: [] as (readonly [forMs: number, from: string])[] };
  const sts: TokenService = {
    issued: () => named("first"),
    renew: async (forMs, from) => {
      state.asked.push([forMs, from]);
      await Promise.resolve();
      if (state.gone) throw new Error(`sts of the ${from}: no answer`);
      return named(`renewed-${state.asked.length}`);
    },
  };
  const source = renewing(PLAN, sts, { now: () => state.now });
  if (typeof source !== "function") throw new Error("credentials that are never renewed");
  return { state, source };
}

test("credentials are used until they expire, without a call of STS", async () => {
  const { state, source } = world();
  state.now = 999;
  expect(await source()).toMatchObject({ accessKeyId: "first" });
  expect(state.asked).toEqual([]);
});

test("expired ones are renewed once, at the plan's endpoint and for its lifetime, whoever waits for them", async () => {
  const { state, source } = world();
  state.now = 1_000;
  const both = await Promise.all([source(), source()]);
  expect(both.map(({ accessKeyId }) => accessKeyId)).toEqual(["renewed-1", "renewed-1"]);
  state.now = 10_999;
  expect(await source()).toMatchObject({ accessKeyId: "renewed-1" });
  state.now = 11_000;
  expect(await source()).toMatchObject({ accessKeyId: "renewed-2" });
  expect(state.asked).toEqual([[10_000, "secondary"], [10_000, "secondary"]]);
});

test("a client without credentials hears that nothing was sent, and gets new ones when STS is back", async () => {
  const { state, source } = world();
  Object.assign(state, { now: 2_000, gone: true });
  await expect(source()).rejects.toThrow(NoCredentials);
  await expect(source()).rejects.toThrow(/expired and STS gives no new ones: sts of the secondary: no answer/);
  state.gone = false;
  expect(await source()).toMatchObject({ accessKeyId: "renewed-3" });
});
