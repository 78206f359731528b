const vm = require("node:vm");
const { TestEnvironment } = require("jest-environment-node");

/**
 * Jest's environment for Node with a global object of its own that is an ordinary one. Jest's is a proxy, asked in C++ for
 * each `Object` and `Map` of the code under test: a seventh of the tests' time. The first releases of Node 20 have nothing else.
 */
module.exports = class OrdinaryGlobals extends TestEnvironment {
  constructor(...args) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants?.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
  }
};
