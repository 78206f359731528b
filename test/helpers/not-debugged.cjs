/**
 * Stands for Pulumi's bookkeeping of promises that are never kept, which it reports when its process ends: a third of a
 * deployment's time, and a test's process ends with its test run.
 */
module.exports = {
  debugPromiseLeaks: false,
  debuggablePromise: (promise) => promise,
  errorString: (error) => error.stack ?? String(error),
};
