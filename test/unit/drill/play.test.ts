import { play, type Played, type Stage } from "../../../drill/play";
import { FAILOVER } from "../../../drill/scenarios/base";
import type { Scenario, Step } from "../../../drill/scenario";
import type { ClientRequest } from "../../../drill/transport";
import { VirtualKernel } from "../../../twin/kernel/virtual";

const SHORT: Scenario = {
  ...FAILOVER,
  name: "short",
  what: "steps are played",
  clients: 1,
  warmupMs: 0,
  faultAtMs: 10_000,
  endsWhen: { kind: "duration", ms: 30_000 },
  steps: [],
  expects: { hit: "anybody", recovered: "any" },
};

interface Sent {
  readonly at: number;
  readonly address: string;
  readonly request: ClientRequest;
}

/** Plays steps on a system that answers every request with 500 after 20 ms. Times since the start. */
async function run(steps: readonly Step[], more: (kernel: VirtualKernel) => Partial<Stage> = () => ({})) {
  const kernel = new VirtualKernel(1);
  const start = kernel.now();
  const sent: Sent[] = [];
  let drill: Played | undefined;
  kernel.spawn(0, async () => {
    drill = await play(
      { ...SHORT, steps },
      {
        transport: {
          clock: kernel,
          resolve: async (hostname) => ({ address: `address of ${hostname}`, ttlSeconds: 5 }),
          send: async (address, request) => {
            sent.push({ at: kernel.now() - start, address, request });
            await kernel.sleep(20);
            return { status: 500, headers: {}, body: "" };
          },
        },
        random: (name) => kernel.random(name).next,
        hostname: "pay.test",
        place: { regions: { primary: "p", secondary: "s" }, environment: "dev", hostnames: { failover: "pay.test", primary: "p.pay.test", secondary: "s.pay.test" } },
        inject: () => "fault-1",
        heal: () => undefined,
        ...more(kernel),
      },
    );
  });
  await kernel.run({ done: () => drill !== undefined });
  if (!drill) throw new Error("the drill did not end");
  return { drill, sent, start };
}

describe("a flood", () => {
  const flood: Step = { atMs: 5_000, flood: { role: "primary", target: "/health", perSecond: 100, forMs: 3_000 } };

  test("asks one region's own host so often for so long, whatever it answers", async () => {
    const { sent } = await run([flood]);
    const asked = sent.filter(({ request }) => request.target === "/health");
    expect(asked).toHaveLength(300);
    expect(new Set(asked.map(({ address, request }) => `${request.method} ${request.host} at ${address}`))).toEqual(new Set(["GET p.pay.test at address of p.pay.test"]));
    expect(Math.min(...asked.map(({ at }) => at))).toBeGreaterThanOrEqual(15_000);
    expect(Math.max(...asked.map(({ at }) => at))).toBeLessThan(18_000);
  });

  test("is part of no client's history", async () => {
    const { drill } = await run([flood]);
    expect(new Set(drill.history.map(({ process }) => process))).toEqual(new Set(drill.clients));
  });
});

describe("operators' commands", () => {
  test("are given at their moment, go on while the drill does, and are kept with what was expected of them", async () => {
    const given: (readonly [at: number, command: string, force: string | undefined])[] = [];
    const { drill, start } = await run(
      [
        { atMs: 0, operate: "failover", expect: "done" },
        { atMs: 1_000, operate: "failback", expect: "refused", because: "PRIMARY_TOO_YOUNG", force: "typed by hand" },
      ],
      (kernel) => {
        const began = kernel.now();
        return {
          operate: async (command, force) => {
            given.push([kernel.now() - began, command, force]);
            await kernel.sleep(command === "failover" ? 60_000 : 5);
            return command === "failover" ? { outcome: "done" } : { outcome: "refused", code: "NOT_EVACUATED", why: "said so" };
          },
        };
      },
    );
    expect(given).toEqual([[10_000, "failover", undefined], [11_000, "failback", "typed by hand"]]);
    expect(drill.operations).toEqual([
      { operation: "failover", expect: "done", outcome: "done", startedAt: start + 10_000, endedAt: start + 70_000 },
      { operation: "failback", expect: "refused", because: "PRIMARY_TOO_YOUNG", outcome: "refused", code: "NOT_EVACUATED", why: "said so", startedAt: start + 11_000, endedAt: start + 11_005 },
    ]);
  });

  test("on a stage without operators are a defect, not a step left out", async () => {
    await expect(run([{ atMs: 0, operate: "failover", expect: "done" }])).rejects.toThrow(/scenario short has operators' commands/);
  });
});

describe("an item that nobody can read", () => {
  test("is written in the region that the step names, as the fault", async () => {
    const written: string[] = [];
    const { drill, start } = await run([{ atMs: 0, poison: "secondary" }], () => ({ poison: async (role) => void written.push(role) }));
    expect(written).toEqual(["secondary"]);
    expect(drill.faultAt).toBe(start + 10_000);
  });

  test("on a stage that cannot write it is a defect", async () => {
    await expect(run([{ atMs: 0, poison: "primary" }])).rejects.toThrow(/scenario short writes into the table/);
  });
});
