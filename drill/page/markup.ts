/** HTML that is already escaped. */
export interface Markup {
  readonly html: string;
}

type Part = Markup | string | number | undefined | false | readonly Part[];

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string" || typeof part === "number") return escape(String(part));
  return "html" in part ? part.html : part.map(render).join("");
}

/** A template whose values are escaped, unless they are markup themselves: reports carry texts of clients and of AWS. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup => ({
  html: strings.reduce((html, text, index) => html + render(parts[index - 1]) + text),
});

/** Style sheets only: text of this project. */
export const verbatim = (html: string): Markup => ({ html });
