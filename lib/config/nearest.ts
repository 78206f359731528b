/** The candidate with the smallest edit distance to `name` (Levenshtein), if half of the name is right; the first of equals. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates.map((candidate) => ({ candidate, distance: distance(name.toLowerCase(), candidate.toLowerCase()) }));
  const close = ranked.filter(({ distance: edits }) => edits <= name.length / 2);
  return close.reduce<(typeof ranked)[number] | undefined>((best, one) => (best && best.distance <= one.distance ? best : one), undefined)?.candidate;
}

function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min((row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
