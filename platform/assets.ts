import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of the page: no build step, no other origin. */
export interface Asset {
  readonly type: string;
  readonly text: string;
}

const FILES: Readonly<Record<string, string>> = {
  "index.html": "text/html; charset=utf-8",
  "style.css": "text/css; charset=utf-8",
  "main.js": "text/javascript; charset=utf-8",
  "dom.js": "text/javascript; charset=utf-8",
  "region.js": "text/javascript; charset=utf-8",
  "chart.js": "text/javascript; charset=utf-8",
  "words.js": "text/javascript; charset=utf-8",
  "icon.svg": "image/svg+xml",
};

/** The page's files by name. Read when the server starts: nothing of a request ever names a path. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const folder = join(__dirname, "page");
  return new Map(Object.entries(FILES).map(([name, type]) => [name, { type, text: readFileSync(join(folder, name), "utf8") }]));
}
