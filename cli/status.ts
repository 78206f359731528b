import { status, isWhole, statusTable } from "../ops/status";
import { EXIT, onStack, parsed, run, STACK_HELP, STACK_OPTIONS } from "./operate";

const HELP = `npm run status -- --stack dev [options]: where traffic goes, what the latch, the observer and both regions say, how fast
replication is (a canary each way), and the last steps of failovers and failbacks. Data planes only; works with either
region gone, and says what it could not read. Exits 1 where that is something.

  --json                 the same as JSON
${STACK_HELP}`;

run(async () => {
  const values = parsed({ ...STACK_OPTIONS, json: { type: "boolean", default: false } } as const);
  if (values.help) {
    console.log(HELP);
    return EXIT.done;
  }
  const found = await onStack(values, status);
  console.log(values.json ? JSON.stringify(found, null, 2) : statusTable(found));
  return isWhole(found) ? EXIT.done : EXIT.refused;
});
