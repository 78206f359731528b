const { defaults } = require("ts-jest/presets");

/** Types are checked once, by `npm run typecheck`; tests only transpile (`isolatedModules` in tsconfig.json). */
const project = (name) => ({
  ...defaults,
  displayName: name,
  rootDir: __dirname,
  roots: [`<rootDir>/test/${name}`],
  testEnvironment: "<rootDir>/test/helpers/environment.cjs",
  moduleNameMapper: {
    // What Pulumi loads to serialize closures, half of its own loading time in each test file. Nothing here is serialized.
    "^@npmcli/arborist$|typescript-shim$": "<rootDir>/test/helpers/not-loaded.cjs",
    "^[.]{1,2}/(runtime/)?debuggable$": "<rootDir>/test/helpers/not-debugged.cjs",
  },
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }] },
});

module.exports = {
  // One more than the two cores of CI, since some tests wait for real time; no more, since the twin has threads of its own.
  maxWorkers: 3,
  // Node keeps some of each test file; a fresh worker is cheaper than collecting the garbage of many.
  workerIdleMemoryLimit: "1200MB",
  testSequencer: "<rootDir>/test/helpers/slowest-first.cjs",
  globalSetup: "<rootDir>/test/helpers/run-begins.ts",
  globalTeardown: "<rootDir>/test/helpers/run-ends.ts",
  // Jest takes it here only, not in a project.
  testTimeout: 60_000,
  projects: [
    project("unit"),
    project("twin"),
    {
      ...project("integration"),
      // Finds the system under test: AWS, a running twin, or one of its own.
      globalSetup: "<rootDir>/test/integration/global-setup.ts",
      globalTeardown: "<rootDir>/test/integration/global-teardown.ts",
    },
  ],
};
