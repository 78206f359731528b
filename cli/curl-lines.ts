import { IDEMPOTENCY_HEADER } from "../lambda/shared/constants";
import type { RunFile } from "../platform/runfile";
import type { DeployedStack } from "../platform/stack";

/** Lines to paste into a shell: a payment to the failover name, its reading in both regions, the outage, its end. */
export function curlLines(run: RunFile, { outputs }: DeployedStack): string {
  const { hostname, port } = run.failover;
  const region = (name: string): string => `http://${run.regions[name]?.hostname ?? ""}:${port}`;
  const connect = (name: string): string => `--connect-to ::${run.regions[name]?.address ?? ""}:`;
  const { primary, secondary } = outputs.regions;
  return `Paste these:
  # a payment to the failover name (run it again: same key, same payment)
  curl -i --connect-to ::$(curl -s '${run.control}/resolve?name=${hostname}'): http://${hostname}:${port}/payments \\
    -H 'Content-Type: application/json' -H '${IDEMPOTENCY_HEADER}: order-1' -d '{"customerId":"c1","amount":1250,"currency":"EUR"}'
  # the customer's payments, read in each region
  curl -s ${connect(primary)} '${region(primary)}/payments?customerId=c1'
  curl -s ${connect(secondary)} '${region(secondary)}/payments?customerId=c1'
${deathLine(run, primary)}
${returnLine(run, secondary)}`;
}

/** The same for a stack that wants signatures: the payments client signs. */
export function signedLines(run: RunFile, { outputs }: DeployedStack, directory: string): string {
  const { primary, secondary } = outputs.regions;
  const place = directory === ".twin" ? "" : ` --dir ${directory}`;
  return `Paste these:
  # a signed payment to the failover name (run it again: same key, same payment)
  npm run pay --${place} --customer c1 --amount 1250 --key order-1
${deathLine(run, primary)}
  # with --both the client knows both regions' names, and pays at once
  npm run pay --${place} --customer c1 --amount 1250 --key order-2 --both
${returnLine(run, secondary)}`;
}

const deathLine = (run: RunFile, primary: string): string => `  # ${primary} dies; watch ${run.control}, pay again in half a minute
  curl -s -X POST ${run.control}/faults -H 'Content-Type: application/json' -d '{"kind":"outage","region":"${primary}"}'`;

const returnLine = (run: RunFile, secondary: string): string => `  # it comes back (the latch keeps DNS at ${secondary})
  curl -s -X DELETE ${run.control}/faults/fault-1`;
