/** Numbers and states in words. Pure. */

const NUMBER = new Intl.NumberFormat("en");

export const count = (n) => NUMBER.format(n);

export const rate = (perSecond) => `${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`;

export const millis = (ms) => (ms === null ? "–" : `${ms >= 100 ? Math.round(ms) : ms.toFixed(1)} ms`);

export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

export const clock = (at) => new Date(at).toLocaleTimeString("en-GB");

const LATCH = {
  initial: "the primary has not served yet",
  primary: "a failover is possible at any time",
  evacuated: "traffic is held in the secondary until a failback",
  returning: "a failback is under way",
};

export const latchMeans = (latch) => (latch ? LATCH[latch.state] : "the stack has none, or its item cannot be read");

/** The one sentence that says how things stand. */
export function headline({ dns, regions, latch }) {
  if (dns.answer === null) return "Nobody is served: DNS has no answer";
  const serving = regions[dns.answer];
  if (serving.outage) return `DNS still leads to ${dns.answer}, which is gone`;
  if (serving.health && !serving.health.healthy) return `${dns.answer} is asked, and is unhealthy`;
  const others = Object.entries(regions).filter(([name]) => name !== dns.answer);
  const troubled = others.filter(([, region]) => region.outage || (region.health && !region.health.healthy)).map(([name]) => name);
  if (troubled.length > 0) return `${dns.answer} serves; ${troubled.join(" and ")} ${troubled.length > 1 ? "are" : "is"} out`;
  return latch?.state === "evacuated" ? `${dns.answer} serves; traffic is held there` : `${dns.answer} serves; both regions are healthy`;
}

/** A region's state: a word, a mark beside its colour, and its tone. */
export function regionState({ outage, health }) {
  if (outage) return { tone: "bad", mark: "✕", text: outage === "vanish" ? "gone, packets vanish" : "gone, connections refused" };
  if (!health) return { tone: "neutral", mark: "?", text: "no health check" };
  return health.healthy ? { tone: "good", mark: "✓", text: "healthy" } : { tone: "bad", mark: "✕", text: "unhealthy" };
}
