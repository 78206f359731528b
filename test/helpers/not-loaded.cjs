/** Stands for a module that no test may need: any use of it throws. */
module.exports = new Proxy(
  {},
  {
    get(_, property) {
      // What loading it asks by itself.
      if (property === "__esModule" || property === "then") return undefined;
      throw new Error(`${String(property)} of a module that is not loaded in tests (moduleNameMapper of jest.config.cjs)`);
    },
  },
);
