import { parseArgs } from "node:util";
import { credentialsPath } from "../platform/credentials-file";
import { deployStack, type DeployedStack } from "../platform/stack";
import { startSystem, type System } from "../platform/system";
import { describeFailure } from "./failure";
import { integer, port } from "./options";
import { curlLines, signedLines } from "./curl-lines";

const HELP = `npm start [-- options]: the platform's twin, alive on this machine until Ctrl-C.

  --stack <name>         reads Pulumi.<name>.yaml; default local
  --port <n>             the front doors' port on 127.0.0.1 (primary) and 127.0.0.2 (secondary); default 8080
  --dns-port <n>         DNS over UDP and TCP on 127.0.0.1; default 8053
  --control-port <n>     page and control calls on 127.0.0.1; default 8081
  --dir <path>           where run.json goes; default .twin
  --seed <n>             seed of the twin's random draws; default 1
  --help                 this text
A port of 0 takes a free one.`;

const OPTIONS = {
  stack: { type: "string", default: "local" },
  port: { type: "string", default: "8080" },
  "dns-port": { type: "string", default: "8053" },
  "control-port": { type: "string", default: "8081" },
  dir: { type: "string", default: ".twin" },
  seed: { type: "string", default: "1" },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);

  const ports = { http: port("port", values.port), dns: port("dns-port", values["dns-port"]), control: port("control-port", values["control-port"]) };
  console.log(`Deploying stack ${values.stack} in process …`);
  const deployed = await deployStack({ stack: values.stack });
  console.log(`  ${deployed.deployment.graph.resources.length} resources, ${deployed.consistency} consistency`);

  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const system = await startSystem({
    deployed,
    seed: integer("seed", values.seed, 0, 2 ** 31 - 1),
    ports,
    directory: values.dir,
    pid: process.pid,
    onFailure: (error) => console.error("The twin has a defect:", error),
    onStop: stop,
  });
  console.log("Waiting for Route 53's checkers to see both regions …");
  const answered = await Promise.race([primaryAnswers(system, deployed).then(() => true), stopped.then(() => false)]);
  if (answered) announce(system, deployed, values.dir);
  await stopped;
  console.log("\nStopping …");
  await system.close();
}

/** New inverted checks count as unhealthy, so DNS answers the secondary until the switch has been asked once or twice. */
async function primaryAnswers({ twin, run }: System, { outputs }: DeployedStack): Promise<void> {
  const { route53 } = await import("../twin/services/route53/index");
  const primary = run.regions[outputs.regions.primary]?.address;
  while (route53(twin.cloud).resolve(run.failover.hostname)?.address !== primary) await twin.kernel.sleep(100);
}

function announce({ run }: System, deployed: DeployedStack, directory: string): void {
  console.log(`
Running: environment ${run.environment}
  page and control   ${run.control}
  failover name      ${run.failover.hostname}  (port ${run.failover.port}; DNS at ${run.failover.dns.address}:${run.failover.dns.port})`);
  for (const [region, { role, hostname, api }] of Object.entries(run.regions)) {
    console.log(`  ${`${region} (${role})`.padEnd(22)} ${api}  ${hostname}`);
  }
  const iam = deployed.apiAuth === "iam";
  if (iam) {
    console.log(`
This stack wants signed payments (tap:apiAuth iam), and the twin verifies them. Credentials of an invented user, good
for this twin alone: ${credentialsPath(directory)} (in the format of a credential_process)`);
  }
  console.log(`\n${iam ? signedLines(run, deployed, directory) : curlLines(run, deployed)}\n\nCtrl-C stops it.`);
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
