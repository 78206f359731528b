import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Account } from "../twin/deploy/engine/account";
import { TwinProvider } from "../twin/deploy/engine/provider";
import { serveProvider } from "../twin/deploy/engine/serve";
import { ACCOUNT_ID } from "../platform/account";

const HELP = `npm run preview:twin|up:twin|refresh:twin|destroy:twin [-- options]
The real Pulumi engine against the twin's resource models instead of AWS: no account, no cost. Needs the Pulumi CLI on
the PATH (or the npm package's download of it). State, account and a copy of the project's files live in .twin/engine/.

  --stack <name>         reads Pulumi.<name>.yaml; default local
  --policy-pack <folder> preview and up: stops at what the pack forbids, e.g. policy
  --help                 this text`;

const FOLDER = resolve(".twin/engine");

/** The engine writes its salt into the stack's config file, so it works on a copy; the program stays where it is. */
function copyProject(stack: string): string {
  const project = join(FOLDER, "project");
  mkdirSync(join(FOLDER, "state"), { recursive: true });
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "Pulumi.yaml"), `${readFileSync("Pulumi.yaml", "utf8")}\nmain: ${resolve(".")}\n`);
  copyFileSync(`Pulumi.${stack}.yaml`, join(project, `Pulumi.${stack}.yaml`));
  return project;
}

/** The CLI on the PATH before the npm package's wrapper, which downloads one when it runs first. */
function pulumiCli(): string {
  const found = (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "pulumi"))
    .find(existsSync);
  return found ?? "pulumi";
}

function pulumi(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((done, failed) => {
    spawn(pulumiCli(), args, { stdio: "inherit", env }).on("error", failed).on("close", (code) => done(code ?? 1));
  });
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { stack: { type: "string", default: "local" }, "policy-pack": { type: "string" }, help: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [command = "preview"] = positionals;
  if (values.help || !["preview", "up", "refresh", "destroy"].includes(command)) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const { stack } = values;
  const project = copyProject(stack);

  const version = (JSON.parse(readFileSync("node_modules/@pulumi/aws/package.json", "utf8")) as { version: string }).version; // npm's own file
  const provider = await serveProvider(new TwinProvider(new Account(join(FOLDER, `account-${stack}.json`)), ACCOUNT_ID, version));
  const env = {
    ...process.env,
    PULUMI_DEBUG_PROVIDERS: `aws:${provider.port}`,
    PULUMI_BACKEND_URL: `file://${join(FOLDER, "state")}`,
    PULUMI_HOME: join(FOLDER, "home"),
    PULUMI_CONFIG_PASSPHRASE: process.env["PULUMI_CONFIG_PASSPHRASE"] ?? "twin",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_OPTION_SKIP_PLUGIN_PRE_INSTALL: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  try {
    const common = ["--stack", stack, "--non-interactive", "--cwd", project];
    const created = await pulumi(["stack", "select", "--create", ...common], env);
    if (created !== 0) return created;
    const pack = values["policy-pack"];
    const policies = pack !== undefined && ["preview", "up"].includes(command) ? ["--policy-pack", resolve(pack)] : [];
    return await pulumi([command, ...common, ...policies, ...(command === "preview" ? [] : ["--yes"])], env);
  } finally {
    provider.close();
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
