import { lambda } from "../../../twin/services/lambda/index";
import { deployedStack } from "../../helpers/deployed";
import { virtualWorld } from "../../helpers/system";

const PRIMARY = "us-east-1";

/** Payers at once, more than the account may run; how many the primary took. */
async function taken(overrides: Readonly<Record<string, string>>): Promise<number> {
  const deployed = await deployedStack({ overrides });
  const world = virtualWorld(deployed);
  return world.tell(async () => {
    await world.until(60, () => world.led() === PRIMARY);
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => world.pay(`key-${index}`)));
    expect(lambda(world.cloud, PRIMARY).list().length).toBeGreaterThan(0);
    return answers.filter(({ status }) => status === 201).length;
  });
}

test("an account that may run fewer functions at once, as the config says, turns payers away in the twin too", async () => {
  expect(await taken({})).toBe(40);
  const few = await taken({ "tap:lambdaConcurrencyQuota": "12", "tap:reservedConcurrency": "{}" });
  expect(few).toBeGreaterThan(0);
  expect(few).toBeLessThan(40);
});
