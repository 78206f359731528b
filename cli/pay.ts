import { Resolver } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { parseArgs } from "node:util";
import { createPaymentsClient, nodeTransport } from "../client/index";
import { readCredentials } from "../platform/credentials-file";
import { readRunFile, type RunFile } from "../platform/runfile";
import { describeFailure } from "./failure";
import { integer } from "./options";

const HELP = `npm run pay [-- options]: one payment to the running twin by the payments client; exits 1 unless it is accepted or repeated.

  --customer <id>        default c1
  --amount <n>           minor units; default 1250
  --currency <code>      ISO 4217; default EUR
  --reference <text>     default none
  --key <key>            idempotency key: the same key and fields are one payment; default a new one
  --both                 knows both regions' hostnames and chooses by itself; default: the failover name, DNS chooses
  --dir <path>           where run.json and credentials.json are; default .twin
  --help                 this text`;

const OPTIONS = {
  customer: { type: "string", default: "c1" },
  amount: { type: "string", default: "1250" },
  currency: { type: "string", default: "EUR" },
  reference: { type: "string" },
  key: { type: "string" },
  both: { type: "boolean", default: false },
  dir: { type: "string", default: ".twin" },
  help: { type: "boolean", default: false },
} as const;

/** Names as the twin's DNS answers them. */
function twinLookup({ failover: { dns } }: RunFile): LookupFunction {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([`${dns.address}:${dns.port}`]);
  return (hostname, options, callback) => {
    resolver.resolve4(hostname).then(
      (addresses) => (options.all ? callback(null, addresses.map((address) => ({ address, family: 4 }))) : callback(null, addresses[0] ?? "", 4)),
      (error: NodeJS.ErrnoException) => callback(error, "", 4),
    );
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const amount = integer("amount", values.amount, 0, Number.MAX_SAFE_INTEGER);
  const run = readRunFile(values.dir);
  const known = readCredentials(values.dir);
  const sites = Object.entries(run.regions).sort(([, a], [, b]) => a.role.localeCompare(b.role));
  const client = createPaymentsClient({
    ...(values.both ? { hostnames: sites.map(([, { hostname }]) => hostname) } : { hostname: run.failover.hostname }),
    credentials: known ? { accessKeyId: known.AccessKeyId, secretAccessKey: known.SecretAccessKey, sessionToken: known.SessionToken } : "unsigned",
    regions: sites.map(([region]) => region),
    transport: nodeTransport({ protocol: "http", port: run.failover.port, lookup: twinLookup(run) }),
  });
  const { customer, currency, reference, key } = values;
  const result = await client.pay({ customerId: customer, amount, currency, ...(reference === undefined ? {} : { reference }), ...(key === undefined ? {} : { idempotencyKey: key }) });
  console.log(JSON.stringify(result, null, 2));
  if (result.outcome !== "accepted" && result.outcome !== "repeated") process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
