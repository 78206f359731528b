import { isWhole, status, statusTable, TRAIL_LINES } from "../ops/status";
import { EXIT, onStack, parsed, run, STACK_HELP, STACK_OPTIONS } from "./operate";
import { integer } from "./options";

const HELP = `npm run status -- --stack dev [options]: where traffic goes, what the latch, the observer and both regions say, how fast
replication is (a canary each way), and the last steps of failovers and failbacks. Data planes only; works with either
region gone, and says what it could not read. Exits 1 where that is something.

  --trail <n>            lines of the audit trail, 1..200; default ${TRAIL_LINES}
  --json                 the same as JSON
${STACK_HELP}`;

run(async () => {
  const values = parsed({ ...STACK_OPTIONS, trail: { type: "string", default: String(TRAIL_LINES) }, json: { type: "boolean", default: false } } as const);
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const lines = integer("trail", values.trail, 1, 200);
  const found = await onStack(values, (access) => status(access, lines));
  console.log(values.json ? JSON.stringify(found, null, 2) : statusTable(found));
  return isWhole(found) ? EXIT.done : EXIT.refused;
});
