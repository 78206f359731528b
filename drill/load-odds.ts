/** A drill misses a bound by chance alone at most once in so many. */
const ODDS = 1e-6;

/**
 * The chance that a client makes a payment that fails: payments arrive as a Poisson process, and for `failingMs` a share
 * of them fails at its first attempt.
 */
export const hitProbability = (failingMs: number, share: number, meanIntervalMs: number): number => 1 - Math.exp((-failingMs * share) / meanIntervalMs);

/** The number of `clients` that is reached but for a chance of one in a million, when each is hit with `probability`, independently (binomial). */
export function atLeastOf(clients: number, probability: number): number {
  let cumulated = 0;
  for (let hit = 0; hit < clients; hit += 1) {
    cumulated += Math.exp(logBinomial(clients, hit, probability));
    if (cumulated > ODDS) return hit;
  }
  return clients;
}

/** log P(X = k), which does not underflow; -Infinity where it cannot be. */
function logBinomial(n: number, k: number, p: number): number {
  let ways = 0;
  for (let index = 1; index <= k; index += 1) ways += Math.log((n - k + index) / index);
  const some = k === 0 ? 0 : k * Math.log(p);
  const others = k === n ? 0 : (n - k) * Math.log1p(-p);
  return ways + some + others;
}
