import { execFile, spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { toItem } from "../../../lambda/shared/table";
import { primaryServes, twinTarget } from "../../helpers/target";
import { startTwinProcess, type TwinProcess } from "../../helpers/target-twin";
import { commandsOf, words, type Command } from "./commands";

const ROOT = resolve(__dirname, "../../..");
const COMMANDS = commandsOf(join(ROOT, "docs/runbook.md"));

/** Pulumi's engine needs an account, or its own tests' set-up; a wait only asks again and again. */
const NOT_RUN = /^(pulumi |npm run (preview|up) |aws dynamodb wait )/;
const RUN = /^npm run (status|failover|failback|reconcile|restore) -- /;
const AWS = /^aws /;

let twin: TwinProcess;
let file: string;
beforeAll(async () => {
  twin = await startTwinProcess();
  const target = twinTarget(twin.run);
  await primaryServes(target);
  target.close();
  file = join(twin.directory, "payments.jsonl");
  const payment = { paymentId: "pay_restored", customerId: "c", amount: 1, currency: "EUR", status: "ACCEPTED", region: "us-east-1", createdAt: "2026-01-01T00:00:00.000Z" };
  writeFileSync(file, `${JSON.stringify({ Item: toItem(payment) })}\n`);
}, 120_000);
afterAll(async () => {
  rmSync(file, { force: true });
  await twin.stop();
});

/** What the twin has in place of the account's: its environment, a file for tables that only AWS can restore, today, an observer that has looked for seconds. */
function adapted(given: readonly string[]): readonly string[] {
  const command = given[2] ?? "";
  const table: Readonly<Record<string, string>> = { prod: "local", "payments-restored-1": file, "payments-table-global-prod": file, "<date>": new Date().toISOString().slice(0, 10) };
  const more = [...(command === "failback" ? ["--healthy-for", "1"] : []), ...(given.includes("--force") ? ["--yes"] : [])];
  return [...given.slice(4).map((word) => table[word] ?? word), ...more, "--dir", twin.directory];
}

/** A code of null: it was ended, having taken too long. */
function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<{ readonly code: number | null; readonly said: string }> {
  return new Promise((resolve) => {
    const child = execFile(program, [...args], { cwd: ROOT, env, timeout: 110_000 }, (_, stdout, stderr) => resolve({ code: child.exitCode, said: `${stdout}${stderr}` }));
  });
}

test("no command of the runbook is of a kind that nobody checks", () => {
  expect(COMMANDS.filter(({ text }) => ![NOT_RUN, RUN, AWS].some((kind) => kind.test(text)))).toEqual([]);
  const operated = new Set(COMMANDS.flatMap(({ text }) => RUN.exec(text)?.[1] ?? []));
  expect([...operated].sort()).toEqual(["failback", "failover", "reconcile", "restore", "status"]);
});

/** One story, top to bottom: what a chapter leaves behind is where the next one begins. A look-only restore that finds something to import exits with 1. */
test("an operator who follows the runbook on the twin gets through", async () => {
  let imported = false;
  for (const { text, chapter } of COMMANDS.filter((command: Command) => RUN.test(command.text))) {
    const given = words(text);
    const command = given[2] ?? "";
    const looks = command === "restore" && !given.includes("--apply") && !imported;
    const { code, said } = await run(process.execPath, ["--import", "tsx", `cli/${command}.ts`, ...adapted(given)]);
    expect({ chapter, text, code, said: code === (looks ? 1 : 0) ? "" : said }).toEqual({ chapter, text, code: looks ? 1 : 0, said: "" });
    imported ||= command === "restore" && given.includes("--apply");
  }
}, 600_000);

const aws = spawnSync("aws", ["--version"]).status === 0;
const AWS_COMMANDS = COMMANDS.map(({ text }) => text).filter((text) => AWS.test(text) && !NOT_RUN.test(text));

/** Values of the shapes that AWS's models ask for. */
const PLACES: Readonly<Record<string, string>> = { moment: "2026-01-01T00:00:00Z", arn: "arn:aws:backup:us-east-2:123456789012:recovery-point:x", account: "123456789012", code: "123456" };

/** The AWS CLI checks a call against its models, then finds nobody to send it to: no call is made. Meanwhile the story waits for DNS. */
(aws ? test.concurrent.each(AWS_COMMANDS.map((text) => [text])) : test.skip.each(AWS_COMMANDS.map((text) => [text])))("AWS's CLI knows: %s", async (text) => {
  const [, ...args] = words(text.replace(/<([^>]*)>/g, (_, name: string) => PLACES[name] ?? name));
  const env = { ...process.env, AWS_ACCESS_KEY_ID: "x", AWS_SECRET_ACCESS_KEY: "x", AWS_MAX_ATTEMPTS: "1" };
  const { said } = await run("aws", [...args, "--endpoint-url", "http://127.0.0.1:1"], env);
  expect(said).toMatch(/^\s*Could not connect to the endpoint URL: "http:\/\/127.0.0.1:1\/[^"]*"\s*$/);
});
