import { failover } from "../ops/failover";
import { EXIT, onStack, parsed, run, STACK_HELP, STACK_OPTIONS, tell } from "./operate";

const HELP = `npm run failover -- --stack dev --reason "…" [options]: leaves the primary deliberately: moves the latch to evacuated, waits
until DNS answers the secondary, tells how long it took. Refused where the secondary takes no payments; there is no force.
Every step goes to the audit trail.

  --reason <text>        why, at least 10 characters; needed
  --json                 the result as JSON
${STACK_HELP}`;

run(async () => {
  const values = parsed({ ...STACK_OPTIONS, reason: { type: "string" }, json: { type: "boolean", default: false } } as const);
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  return tell(await onStack(values, (access) => failover(access, { reason: values.reason })), values.json);
});
