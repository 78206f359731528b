import { parseArgs } from "node:util";
import { prove } from "../drill/static-stability/prove";
import { proofText } from "../drill/static-stability/text";
import { deployStack } from "../platform/stack";
import { describeFailure } from "./failure";
import { oneOf } from "./options";

const HELP = `npm run prove:static-stability [-- options]: what has to work for a recovery, each with its region and its plane.
Read from the deployed graph, and seen in drills in virtual time in which every control plane and every endpoint of the
primary refuses, then swallows packets. Exits 1 when a dependency is added, gone, or must not be, or a drill fails.

  --stack <name>         reads Pulumi.<name>.yaml; default local
  --consistency <mode>   strong, eventual; default as the stack says
  --json                 the same as JSON
  --help                 this text`;

const OPTIONS = {
  stack: { type: "string", default: "local" },
  consistency: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return console.log(HELP);
  const overrides = values.consistency ? { "tap:consistency": oneOf("consistency", values.consistency, ["strong", "eventual"]) } : {};
  const proof = await prove(await deployStack({ stack: values.stack, overrides: { ...overrides } }));
  console.log(values.json ? JSON.stringify(proof, null, 2) : proofText(proof));
  if (!proof.pass) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(describeFailure(error));
  process.exitCode = 1;
});
