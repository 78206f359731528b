import { byId, el, facts, keyed, say } from "./dom.js";
import { regionCard, updateRegion } from "./region.js";
import { clock, headline, latchMeans, millis, span } from "./words.js";

const POLL_MS = 1000;
/** A twin that does not answer for so long is told to the reader. */
const PATIENCE_MS = 3000;

let lastAt = null;

async function poll() {
  try {
    const response = await fetch("/status", { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const status = await response.json();
    lastAt = status.now;
    lost(false);
    render(status);
  } catch {
    lost(true);
  }
  setTimeout(poll, POLL_MS);
}

function lost(is) {
  const note = byId("lost");
  note.hidden = !is;
  byId("main").classList.toggle("stale", is);
  if (is) say(note, lastAt === null ? "The twin does not answer." : `The twin does not answer. What you see is from ${clock(lastAt)}.`);
}

function render(status) {
  document.title = `${status.dns.answer ?? "nobody"} serves · ${status.environment}`;
  say(byId("stack"), status.stack);
  say(byId("headline"), headline(status));
  facts(byId("facts"), [
    ["environment", status.environment],
    ["consistency", status.consistency],
    ["up for", span(status.now - status.startedAt)],
    ["latency p50 · p99", `${millis(status.latency.p50)} · ${millis(status.latency.p99)}`],
  ]);
  renderRouting(status);
  renderRegions(status);
  renderFaults(status);
  renderChecks(status);
  renderEvents(status);
}

function renderRouting({ dns, latch, now }) {
  say(byId("dns-name"), dns.name);
  say(byId("dns-answer"), dns.answer ?? (dns.address === null ? "no answer" : "an unknown region"));
  say(byId("dns-address"), dns.address ?? "");
  const ttl = dns.ttl === null ? "" : `TTL ${dns.ttl} s · `;
  say(byId("dns-note"), `${ttl}unchanged for ${span(now - dns.since)}`);
  say(byId("latch"), latch?.state ?? "not readable");
  const since = latch?.since === undefined ? [] : [`for ${span(now - latch.since)}`];
  const heartbeat = latch?.heartbeatAt === undefined ? [] : [`heartbeat ${span(now - latch.heartbeatAt)} ago`];
  say(byId("latch-note"), [latchMeans(latch), ...since, ...heartbeat].join(" · "));
}

function renderRegions(status) {
  const peak = Math.max(1, ...Object.values(status.throughput.regions).flatMap(({ ok, failed }) => [...ok, ...failed]));
  say(byId("scale"), `last 2 minutes · both regions: full height = ${peak} a second`);
  keyed(
    byId("regions"),
    Object.entries(status.regions),
    ([name]) => name,
    (entry) => regionCard(entry, addFault),
    (card, entry) => updateRegion(card, entry, status, peak),
  );
}

function renderFaults({ faults, now }) {
  byId("heal-all").disabled = faults.length === 0;
  byId("faults").dataset.empty = String(faults.length === 0);
  keyed(
    byId("faults"),
    faults,
    ({ id }) => id,
    ({ id, text }) =>
      el("li", {}, el("span", {}, text), el("small"), el("button", { type: "button", class: "quiet", "aria-label": `Heal ${id}: ${text}`, onclick: () => heal([id]) }, "Heal")),
    (item, { since }) => say(item.querySelector("small"), `for ${span(now - since)}`),
  );
}

function renderChecks({ healthChecks }) {
  keyed(
    byId("checks"),
    healthChecks,
    ({ id }) => id,
    ({ name, type, inverted }) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, inverted ? `${type}, inverted` : type), el("td"), el("td")),
    (row, { healthy, healthyCheckers, checkers }) => {
      say(row.children[2], checkers === undefined ? "–" : `${healthyCheckers} of ${checkers}`);
      say(row.children[3], healthy ? "✓ healthy" : "✕ unhealthy");
      row.children[3].className = healthy ? "good" : "bad";
    },
  );
}

function renderEvents({ events }) {
  const marks = { good: "✓", bad: "✕", neutral: "•" };
  const lines = [...events].reverse();
  keyed(
    byId("events"),
    lines,
    ({ at, kind, text }) => `${at} ${kind} ${text}`,
    ({ at, tone, text }) => el("li", { class: tone }, el("time", {}, clock(at)), el("span", { class: "mark", "aria-hidden": "true" }, marks[tone]), el("span", {}, text)),
  );
}

const addFault = (fault) => change("/faults", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(fault) });

const activeIds = () => [...byId("faults").children].map((item) => item.dataset.key);

async function heal(ids) {
  for (const id of ids) await change(`/faults/${encodeURIComponent(id)}`, { method: "DELETE" });
}

async function change(path, options) {
  const problem = byId("problem");
  try {
    const response = await fetch(path, options);
    // A fault that is gone already is what was wanted.
    problem.hidden = response.ok || response.status === 404;
    if (!problem.hidden) {
      const { error } = await response.json();
      say(problem, [error.message, ...(error.details ?? [])].join("; "));
    }
  } catch {
    problem.hidden = false;
    say(problem, "The twin did not answer; nothing is known of the change.");
  }
}

byId("heal-all").addEventListener("click", () => heal(activeIds()));
void poll();
