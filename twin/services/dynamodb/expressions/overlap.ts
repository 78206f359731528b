import { pathText, type Parser, type Path } from "./parser";

/** Two paths of one expression may neither contain each other nor take one value for a map and for a list. */
export function refuseOverlaps(paths: readonly Path[], parser: Parser): void {
  paths.forEach((path, index) => {
    for (const earlier of paths.slice(0, index)) {
      const problem = clash(earlier, path);
      if (problem) {
        throw parser.error(
          `Two document paths ${problem} with each other; must remove or rewrite one of these paths; ` +
            `path one: ${pathText(earlier)}, path two: ${pathText(path)}`,
        );
      }
    }
  });
}

function clash(a: Path, b: Path): "overlap" | "conflict" | undefined {
  for (let i = 0; i < Math.min(a.length, b.length); i += 1) {
    if (typeof a[i] !== typeof b[i]) return "conflict";
    if (a[i] !== b[i]) return undefined;
  }
  return "overlap";
}
