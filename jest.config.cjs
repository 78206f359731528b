const { defaults } = require("ts-jest/presets");

/** Types are checked once, by `npm run typecheck`; tests only transpile (`isolatedModules` in tsconfig.json). */
const project = (name, extra = {}) => ({
  ...defaults,
  displayName: name,
  rootDir: __dirname,
  roots: [`<rootDir>/test/${name}`],
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.json" }] },
  ...extra,
});

module.exports = {
  // Two cores: each worker also runs the twin's own threads.
  maxWorkers: 2,
  projects: [
    project("unit"),
    project("twin", { testTimeout: 60_000 }),
    project("integration", { testTimeout: 120_000 }),
  ],
};
