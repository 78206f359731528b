import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { parseArgs } from "node:util";
import { createDeriver } from "../lambda/notify/derive";
import { isoTime, systemClock } from "../lambda/shared/clock";
import { openAccess, type Access } from "../ops/access";
import { datesBetween, isReconciled, reconcile, reconcileTable, type ReconcileRegion } from "../ops/reconcile";
import { describeFailure } from "./failure";
import { oneOf, OptionError } from "./options";

const HELP = `npm run reconcile -- --stack dev [options]: compares payments with the receipts of each region, and derives what is missing.
Looks and tells only, unless --apply is given. Exits 1 while something is missing, differs or failed.
The stack is the running twin's where that is its environment, else AWS's (by the Pulumi CLI, or --outputs).

  --stack <name>         default local
  --outputs <file>       what "pulumi stack output --json" has written
  --from, --to <date>    UTC dates of the payments, e.g. 2026-11-21; default yesterday and today
  --region <name>        one region's receipts only; default both
  --read <name>          the region whose table is read; default the primary. Another one while the primary is away
  --apply                derives missing receipts and their events
  --all-events           with --apply: tells the event of every payment again; consumers drop what they know
  --dir <path>           where the twin's run.json is; default .twin
  --help                 this text`;

const OPTIONS = {
  stack: { type: "string", default: "local" },
  outputs: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  region: { type: "string" },
  read: { type: "string" },
  apply: { type: "boolean", default: false },
  "all-events": { type: "boolean", default: false },
  dir: { type: "string", default: ".twin" },
  help: { type: "boolean", default: false },
} as const;

const DAY_MS = 24 * 60 * 60 * 1000;

function regionOf(access: Access, region: string): ReconcileRegion {
  const { outputs } = access;
  const bucket = outputs.bucketNames[region]?.receipts;
  const topicArn = outputs.eventTopicArns[region];
  if (bucket === undefined || topicArn === undefined) throw new OptionError(`--region: ${region} has no receipts bucket or event topic in the stack's outputs`);
  const s3 = new S3Client(access.settings(region, "s3"));
  const sns = new SNSClient(access.settings(region, "sns"));
  return { region, bucket, s3, deriver: createDeriver({ s3, sns, clock: systemClock, random: Math.random }, { region, bucket, topicArn }) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const day = (ago: number): string => isoTime(systemClock.now() - ago * DAY_MS).slice(0, 10);
  const { from = day(1), to = day(0), outputs: file, stack, dir, apply } = values;
  const dates = datesBetween(from, to);
  if (!dates) throw new OptionError(`--from, --to: got ${from} to ${to}; allowed: two UTC dates in their order, e.g. 2026-11-21`);

  const access = await openAccess({ stack, directory: dir, ...(file === undefined ? {} : { outputs: file }) });
  const { primary, secondary } = access.outputs.regions;
  const all = [primary, secondary];
  const read = oneOf("read", values.read ?? primary, all);
  const regions = values.region === undefined ? all : [oneOf("region", values.region, all)];
  const result = await reconcile({
    table: { name: access.outputs.tableName, client: new DynamoDBClient(access.settings(read, "dynamodb")) },
    regions: regions.map((region) => regionOf(access, region)),
    dates,
    apply,
    allEvents: values["all-events"],
  });
  console.log(`${access.kind === "twin" ? "the running twin" : "AWS"}, ${stack}, ${from} to ${to}, table read in ${read}\n${reconcileTable(result, apply)}`);
  if (!apply && result.rows.some(({ missing }) => missing.length > 0)) console.log("Nothing was changed; derive what is missing with --apply");
  if (!isReconciled(result, apply)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
