/** The code did not load. */
export declare class LoadError extends Error {
  /** As Lambda words it, e.g. `Runtime.ImportModuleError`. */
  readonly errorType: string;
}

/** `dir/file.export` -> the file without its extension, and the path to the export. Throws {@link LoadError}. */
export declare function parseHandler(handler: string): { readonly file: string; readonly members: readonly string[] };

/** Evaluates the handler's file and returns its exports. Throws {@link LoadError}. */
export declare function loadModule(
  files: Readonly<Record<string, string>>,
  handler: string,
  require: (name: string) => unknown,
  globals?: Readonly<Record<string, unknown>>,
): unknown;

/** The function that the handler setting names. Throws {@link LoadError}. */
export declare function pickHandler(exported: unknown, handler: string): (event: unknown, context: unknown) => unknown;
