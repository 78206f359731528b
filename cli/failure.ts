/** Errors that say what was given, what is allowed and how to fix it carry a code; their message is all that is needed. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const expected = "code" in error && typeof error.code === "string";
  return expected ? error.message : (error.stack ?? error.message);
}
