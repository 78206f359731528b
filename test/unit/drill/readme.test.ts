import { readFileSync } from "node:fs";
import { CHECKS } from "../../../drill/checks/index";
import { CAUGHT_ON_THE_FAKE, CAUGHT_ON_THE_PLATFORM } from "../../helpers/caught";

/** Each invariant's row of drill/README.md, as far as the code knows it: number and broken systems. */
const ROW = /^\| (I\d+) \| .+ \| .+ \| (.+) \|$/gm;

test("drill/README.md names the broken systems that each invariant catches, a star where the platform itself is broken", () => {
  const platform: readonly (readonly [string, readonly string[]])[] = Object.entries(CAUGHT_ON_THE_PLATFORM);
  const told = Object.fromEntries([...readFileSync("drill/README.md", "utf8").matchAll(ROW)].map(([, invariant = "", systems = ""]) => [invariant, systems]));
  const expected = CHECKS.map(({ invariant }) => {
    const starred = platform.filter(([, invariants]) => invariants.includes(invariant)).map(([name]) => name);
    const others = CAUGHT_ON_THE_FAKE.filter(([name, invariants]) => invariants.includes(invariant) && !starred.includes(name)).map(([name]) => name);
    return [invariant, [...starred.map((name) => `${name}\\*`), ...others].join(", ")] as const;
  });
  expect(told).toEqual(Object.fromEntries(expected));
});
