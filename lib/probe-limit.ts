/**
 * What a probed route takes a second, and at once. Route 53's checkers ask some five times a second; up to here a flood
 * changes no verdict, since most answers come from memory, and beyond it checkers are throttled too: then the region
 * counts as ill. In a file of its own: drills flood routes by it, and need no Pulumi.
 */
export const PROBE_LIMIT = { requestsPerSecond: 500, burst: 250 } as const;
