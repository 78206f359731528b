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
  # ${primary} dies; watch ${run.control}, pay again in half a minute
  curl -s -X POST ${run.control}/faults -H 'Content-Type: application/json' -d '{"kind":"outage","region":"${primary}"}'
  # it comes back (the latch keeps DNS at ${secondary})
  curl -s -X DELETE ${run.control}/faults/fault-1`;
}
