const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs;

/**
 * Names that occur more than once in the outermost object of a text that JSON.parse accepts. Parsers differ in which of
 * the values they take (RFC 8259, section 4), so a gateway and a function could see two different payments.
 */
export function repeatedFields(text: string): readonly string[] {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  let previous = "";
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (token === ":" && depth === 1) {
      const name = String(JSON.parse(previous));
      (seen.has(name) ? repeated : seen).add(name);
    }
    previous = token;
  }
  return [...repeated];
}
