import { setTimeout as sleep } from "node:timers/promises";
import { IDEMPOTENCY_HEADER } from "../../lambda/shared/constants";
import type { Payment } from "../../lambda/shared/payment";
import type { Status } from "../../platform/status";
import type { ActiveFault } from "../../twin/kernel/faults";
import { eventually, primaryServes, STACK_OUTPUTS, twinTarget, type Answer, type Target } from "../helpers/target";
import { startTwinProcess, type TwinProcess } from "../helpers/target-twin";

const onAws = process.env[STACK_OUTPUTS] !== undefined;
const describeTwin = onAws ? describe.skip : describe;

/** Route 53's own part is below 20 s; the rest is room for a busy machine. */
const FAILOVER_SECONDS = 60;
const HOLD_MS = 15_000;
jest.setTimeout(120_000);

let twin: TwinProcess;
let target: Target;
let fault: ActiveFault;
const paid: Payment[] = [];

const status = async (): Promise<Status> => (await (await fetch(`${twin.run.control}/status`)).json()) as Status; // the control server's own type

/** The region that the failover name leads to now. */
const led = async (): Promise<string | undefined> => {
  const { hostnames, regions } = target.outputs;
  const name = await target.cname(hostnames.failover);
  return [regions.primary, regions.secondary].find((region) => name.includes(`.${region}.`));
};

/** As a caller does it: 503 is answered by the same key, so on a busy machine the first answer may be 200. */
async function pay(key: string, attempts = 6): Promise<Answer> {
  const body = JSON.stringify({ customerId: "walker", amount: 700, currency: "USD" });
  const headers = { "content-type": "application/json", [IDEMPOTENCY_HEADER]: key };
  const answer = await target.ask(target.outputs.hostnames.failover, { method: "POST", target: "/payments", headers, body });
  if (answer.status === 503 && attempts > 1) {
    await sleep(500);
    return pay(key, attempts - 1);
  }
  const payment = answer.body as unknown as Payment; // the answer to 200 and 201
  if (accepted(answer) && !paid.some(({ paymentId }) => paymentId === payment.paymentId)) paid.push(payment);
  return answer;
}

const accepted = ({ status: code }: Answer): boolean => code === 200 || code === 201;

const served = ({ status: code, headers }: Answer) => [code, headers["x-served-by-region"]];

describeTwin("us-east-1 is taken away and comes back (twin only: on AWS the rehearsal is the runbook's)", () => {
  beforeAll(async () => {
    twin = await startTwinProcess();
    target = twinTarget(twin.run);
    await primaryServes(target);
  });
  afterAll(async () => {
    target?.close();
    await twin?.stop();
  });

  test("before, payments go to the primary", async () => {
    const answer = await pay("before");
    expect([accepted(answer), ...served(answer)]).toEqual([true, expect.any(Number), "us-east-1"]);
  });

  test("DNS leaves the lost region within a minute", async () => {
    const added = await fetch(`${twin.run.control}/faults`, { method: "POST", body: JSON.stringify({ kind: "outage", region: "us-east-1" }) });
    expect(added.status).toBe(201);
    fault = (await added.json()) as ActiveFault; // the control server's own type
    await expect(pay("into the outage")).rejects.toMatchObject({ code: expect.stringMatching(/^ECONN/) });
    await eventually(FAILOVER_SECONDS, led, (region) => region === "us-east-2");
  });

  test("the next payment is accepted by us-east-2", async () => {
    const answer = await pay("after");
    expect([accepted(answer), ...served(answer)]).toEqual([true, expect.any(Number), "us-east-2"]);
  });

  test("the payment made before is there, for its payer and in the table", async () => {
    const [before] = paid;
    const answer = await target.ask(target.outputs.hostnames.failover, { target: `/payments/${before?.paymentId}` });
    expect([...served(answer), answer.body]).toEqual([200, "us-east-2", before]);
    expect(await target.stored("us-east-2", before?.paymentId ?? "")).toEqual(before);
  });

  test("paying once more with the key of before is no second payment", async () => {
    const repeat = await pay("before");
    expect([...served(repeat), repeat.body]).toEqual([200, "us-east-2", paid[0]]);
  });

  test("the latch remembers: the healed primary gets no traffic by itself", async () => {
    // Latched by the switch's next poll; a region that came back sooner would not have been left.
    await eventually(30, status, ({ latch }) => latch?.state === "evacuated");
    expect((await fetch(`${twin.run.control}/faults/${fault.id}`, { method: "DELETE" })).status).toBe(204);
    const healed = Date.now();
    const answers = new Set<string | undefined>();
    let healthy = false;
    while (!healthy || Date.now() < healed + HOLD_MS) {
      answers.add(await led());
      healthy = (await status()).regions["us-east-1"]?.health?.healthy === true;
      if (Date.now() > healed + 60_000) break;
      await sleep(250);
    }
    expect(healthy).toBe(true);
    expect([...answers]).toEqual(["us-east-2"]);
    const answer = await pay("healed");
    expect([accepted(answer), ...served(answer)]).toEqual([true, expect.any(Number), "us-east-2"]);
  });

  test("the region that was away has caught up: every payment is in both tables", async () => {
    expect(paid.map(({ region }) => region)).toEqual(["us-east-1", "us-east-2", "us-east-2"]);
    for (const payment of paid) {
      for (const region of ["us-east-1", "us-east-2"]) expect(await target.stored(region, payment.paymentId)).toEqual(payment);
    }
  });

  test("the twin stops as asked, without an error", async () => {
    expect(await twin.stop()).toBe(0);
  });
});
