const { relative } = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/** What takes ten seconds or more, slowest first. */
const SLOWEST = [
  "test/twin/drill/scenarios.test.ts",
  "test/twin/drill/alarm-coverage.test.ts",
  "test/integration/failover.test.ts",
  "test/twin/runbook/runbook.test.ts",
  "test/twin/drill/replay.test.ts",
  "test/twin/cloudwatch/grey-failure.test.ts",
  "test/twin/drill/broken-programs.test.ts",
  "test/twin/system/thread.test.ts",
  "test/twin/operate/failback.test.ts",
  "test/twin/static-stability/added.test.ts",
  "test/twin/drill/truth-table.test.ts",
  "test/integration/derived.test.ts",
  "test/twin/dynamodb/oracle.test.ts",
  "test/twin/system/mistakes.test.ts",
  "test/twin/drill/broken-systems.test.ts",
  "test/unit/program/variants.test.ts",
  "test/twin/drill/releases.test.ts",
  "test/twin/system/attack.test.ts",
  "test/twin/static-stability/proof.test.ts",
  "test/twin/drill/tiers.test.ts",
  "test/twin/wire/tools.test.ts",
  "test/unit/backup/program.test.ts",
];

/** Jest runs what took longest the last time first; a fresh clone knows no times, and Jest goes by the files' sizes. */
module.exports = class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, duration, context }) => {
      const place = duration === undefined ? SLOWEST.indexOf(relative(context.config.rootDir, path).replaceAll("\\", "/")) : -1;
      return place < 0 ? SLOWEST.length : place;
    };
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
