import { failback } from "../ops/failback";
import { confirmed, EXIT, onStack, parsed, run, STACK_HELP, STACK_OPTIONS, tell } from "./operate";
import { integer, OptionError } from "./options";

const HELP = `npm run failback -- --stack dev [options]: leads traffic back to the primary, once it has been healthy long enough, is
healthy now, and replication has caught up both ways; says why where it refuses. Then waits until DNS and the latch have
followed (at most 10 minutes, after which the latch goes back by itself). Every step goes to the audit trail.

  --reason <text>        why; needed with --force, at least 10 characters
  --force                skips the primary's time in good health and replication's proof; never the state machine, never the
                         primary's own health. Asks for the environment's name
  --yes                  with --force: does not ask
  --healthy-for <s>      seconds that the primary must have been healthy, 0..3600; default 180
  --canaries-for <s>     eventual mode: seconds for which every canary must arrive within 5 s, 1..3600; default 300
  --json                 the result as JSON
${STACK_HELP}`;

const OPTIONS = {
  ...STACK_OPTIONS,
  reason: { type: "string" },
  force: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  "healthy-for": { type: "string", default: "180" },
  "canaries-for": { type: "string", default: "300" },
  json: { type: "boolean", default: false },
} as const;

run(async () => {
  const values = parsed(OPTIONS);
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const { force, reason } = values;
  if (force && (reason ?? "").trim() === "") throw new OptionError('--force: got no reason; give --reason "…", at least 10 characters');
  const options = {
    force,
    reason,
    healthyForMs: 1_000 * integer("healthy-for", values["healthy-for"], 0, 3_600),
    canariesForMs: 1_000 * integer("canaries-for", values["canaries-for"], 1, 3_600),
  };
  return onStack(values, async (access) => {
    const { environment } = access.outputs;
    if (force && !values.yes && !(await confirmed(environment, "A forced failback may lead users to payments that the primary does not have yet."))) {
      console.log("not confirmed; nothing was changed");
      return EXIT.refused;
    }
    return tell(await failback(access, options), values.json);
  });
});
