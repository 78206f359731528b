/**
 * Loads a function's deployed archive the way Lambda's Node.js runtime does, from text instead of from /var/task. Plain
 * CommonJS because a worker thread requires it as it is; types in archive.d.cts.
 */
"use strict";
const { isBuiltin } = require("node:module");
const path = require("node:path");

/** The code did not load; `errorType` as Lambda words it. */
class LoadError extends Error {
  constructor(errorType, message) {
    super(message);
    this.name = "LoadError";
    this.errorType = errorType;
  }
}

const TASK_ROOT = "/var/task";
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

/** `dir/file.export.member` -> the file without its extension, and the path to the export. */
function parseHandler(handler) {
  const match = /^((?:.*\/)?[^./]+)\.(.+)$/.exec(handler);
  if (!match) throw new LoadError("Runtime.MalformedHandlerName", `Bad handler: got "${handler}"; expected "file.export"`);
  return { file: match[1], members: match[2].split(".") };
}

function importFailed(wanted, from) {
  return new LoadError("Runtime.ImportModuleError", `Error: Cannot find module '${wanted}'\nRequire stack:\n- ${from}`);
}

/** Compiled code by its text: the same text in another environment is not parsed again. */
const compiled = new Map();

function compile(text, file, names) {
  const key = names.join();
  let byText = compiled.get(key);
  if (!byText) compiled.set(key, (byText = new Map()));
  let code = byText.get(text);
  if (!code) {
    try {
      code = new Function(...PARAMETERS, ...names, `${text}\n//# sourceURL=${TASK_ROOT}/${file}`);
    } catch (error) {
      throw new LoadError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message} (${file})`);
    }
    byText.set(text, code);
  }
  return code;
}

/**
 * Evaluates the handler's file and returns its exports.
 * @param files the archive: name -> text
 * @param handler e.g. `index.handler`
 * @param require the real `require`, asked for Node's own modules only
 * @param globals further names that the code sees instead of the real ones, e.g. `process`
 */
function loadModule(files, handler, require, globals = {}) {
  const { file } = parseHandler(handler);
  const modules = new Map();
  const names = Object.keys(globals);

  const evaluate = (name) => {
    const known = modules.get(name);
    if (known) return known.exports;
    const module = { exports: {}, id: name, filename: `${TASK_ROOT}/${name}`, loaded: false };
    modules.set(name, module);
    if (name.endsWith(".json")) {
      module.exports = JSON.parse(files[name]);
      return module.exports;
    }
    const local = (wanted) => {
      if (isBuiltin(wanted)) return require(wanted);
      if (!wanted.startsWith(".")) throw importFailed(wanted, module.filename);
      const target = path.posix.join(path.posix.dirname(name), wanted);
      const found = [target, `${target}.js`, `${target}.cjs`, `${target}.json`, `${target}/index.js`].find((n) => Object.hasOwn(files, n));
      if (found === undefined) throw importFailed(wanted, module.filename);
      return evaluate(found);
    };
    const code = compile(files[name], name, names);
    code.call(module.exports, module.exports, local, module, module.filename, path.posix.dirname(module.filename), ...Object.values(globals));
    module.loaded = true;
    return module.exports;
  };

  const entry = [`${file}.js`, `${file}.cjs`].find((name) => Object.hasOwn(files, name));
  if (entry === undefined) {
    if (Object.hasOwn(files, `${file}.mjs`)) {
      throw new LoadError("Runtime.ImportModuleError", `${file}.mjs is an ES module; this twin runs CommonJS: bundle with format "cjs"`);
    }
    throw importFailed(file, "/var/runtime/index.mjs");
  }
  try {
    return evaluate(entry);
  } catch (error) {
    if (error instanceof LoadError) throw error;
    if (error && error.code === "MODULE_NOT_FOUND") throw new LoadError("Runtime.ImportModuleError", `Error: ${error.message}`);
    throw new LoadError(String((error && error.name) || "Error"), String((error && error.message) || error));
  }
}

/** The function that the handler setting names. Node.js 24 takes no callback: a third parameter is refused as Lambda does. */
function pickHandler(exported, handler) {
  let value = exported;
  for (const member of parseHandler(handler).members) value = value === undefined || value === null ? undefined : value[member];
  if (typeof value !== "function") throw new LoadError("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  if (value.length >= 3) {
    throw new LoadError(
      "Runtime.CallbackHandlerDeprecated",
      `${handler} takes a callback; Node.js 24 has removed callback-based handlers: use an async function of (event, context)`,
    );
  }
  return value;
}

module.exports = { LoadError, loadModule, parseHandler, pickHandler };
