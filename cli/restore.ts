import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../lambda/shared/clock";
import { openAccess } from "../ops/access";
import { isRestored, restore, restoreTable } from "../ops/restore";
import { fileCheckpoint } from "../ops/restore-progress";
import { fileSource, tableSource, type Source } from "../ops/restore-source";
import { describeFailure } from "./failure";
import { integer, oneOf, OptionError } from "./options";

const HELP = `npm run restore -- --stack dev --from <table or file> [options]: puts the payments of an earlier copy into the stack's table,
each by the condition that it is not there. What is there is never overwritten: equal = skipped, different = told.
Looks and tells only, unless --apply is given. Exits 1 while a payment is missing, differs, is unreadable or failed.
A run that ends early goes on where it was. docs/runbook.md, "Corruption and restore", has the whole procedure.

  --from <name>          a table that was restored from a backup, or a file (.json, .jsonl, .gz): an item a line, as DynamoDB exports them
  --stack <name>         default local; the running twin's where that is its environment, else AWS's (by the Pulumi CLI, or --outputs)
  --outputs <file>       what "pulumi stack output --json" has written; default $STACK_OUTPUTS
  --apply                imports
  --region <name>        where the stack's table is written; default the primary
  --from-region <name>   where the table to read is; default the region that is written
  --rate <n>             items a second at most, 1..10000; default 200
  --segments <n>         parts of the table that are read side by side, 1..16; default 4
  --checkpoint <file>    where progress is kept; default restore.json in --dir
  --dir <path>           where the twin's run.json is; default .twin
  --help                 this text`;

const OPTIONS = {
  from: { type: "string" },
  stack: { type: "string", default: "local" },
  outputs: { type: "string" },
  apply: { type: "boolean", default: false },
  region: { type: "string" },
  "from-region": { type: "string" },
  rate: { type: "string", default: "200" },
  segments: { type: "string", default: "4" },
  checkpoint: { type: "string" },
  dir: { type: "string", default: ".twin" },
  help: { type: "boolean", default: false },
} as const;

const PROGRESS_MS = 2_000;

/** Table names hold no slash and, of these, no ending. */
const isFile = (from: string): boolean => from.includes("/") || /\.(jsonl?|gz)$/.test(from);

function progressLine(): (counts: { readonly read: number; readonly imported: number }) => void {
  let told = systemClock.now();
  return ({ read, imported }) => {
    if (systemClock.now() - told < PROGRESS_MS) return;
    told = systemClock.now();
    console.error(`  ${read} read, ${imported} missing so far`);
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const { from, stack, dir, apply } = values;
  if (from === undefined) throw new OptionError("--from: got nothing; allowed: the name of a table, or a file of items");
  const rate = integer("rate", values.rate, 1, 10_000);
  const segments = integer("segments", values.segments, 1, 16);
  const file = values.outputs ?? process.env["STACK_OUTPUTS"];
  const access = await openAccess({ stack, directory: dir, ...(file === undefined ? {} : { outputs: file }) });
  const { tableName, regions } = access.outputs;
  const all = [regions.primary, regions.secondary];
  const region = oneOf("region", values.region ?? regions.primary, all);
  const fromRegion = oneOf("from-region", values["from-region"] ?? region, all);
  if (from === tableName) throw new OptionError(`--from: got ${from}, which is the stack's own table; allowed: another`);

  const source = sourceOf(from, segments, () => new DynamoDBClient(access.settings(fromRegion, "dynamodb")));
  const where = access.kind === "twin" ? "the running twin" : "AWS";
  console.error(`${where}, ${stack}: ${source.name}${isFile(from) ? "" : ` in ${fromRegion}`} -> table ${tableName} in ${region}${apply ? "" : " (looks only)"}`);
  const result = await restore({
    source,
    target: { name: tableName, client: new DynamoDBClient({ ...access.settings(region, "dynamodb"), maxAttempts: 8 }) },
    clock: systemClock,
    apply,
    rate,
    checkpoint: fileCheckpoint(values.checkpoint ?? join(dir, "restore.json")),
    onProgress: progressLine(),
  });
  console.log(restoreTable(result, apply));
  if (!apply && result.counts.imported > 0) console.log("Nothing was changed; import with --apply");
  if (result.failures.length > 0 && apply) console.log("Not complete; the same command goes on where it was");
  if (!isRestored(result, apply)) process.exitCode = 1;
}

function sourceOf(from: string, segments: number, client: () => DynamoDBClient): Source {
  if (!isFile(from)) return tableSource(client(), from, segments);
  if (!existsSync(from)) throw new OptionError(`--from: got ${from}, which is no file`);
  return fileSource(from);
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
