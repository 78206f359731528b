import { chart, drawChart } from "./chart.js";
import { el, facts, say } from "./dom.js";
import { count, millis, rate, regionState } from "./words.js";

/** The faults that a button makes. The twin checks them again. */
const BUTTONS = [
  { text: "Lose it", title: "the whole region is gone; connections are refused", fault: (region) => ({ kind: "outage", region, mode: "refuse" }) },
  { text: "Vanish its packets", title: "the whole region is gone; nobody gets an answer", fault: (region) => ({ kind: "outage", region, mode: "vanish" }) },
  { text: "Cut from peers", title: "users still reach it; the other regions do not", fault: (region) => ({ kind: "partition", region }) },
  { text: "Fail DynamoDB", title: "every DynamoDB call in the region answers 500", fault: (region) => ({ kind: "service", service: "dynamodb", region, mode: "error" }) },
];

/** @param addFault (fault) -> void */
export function regionCard([name, region], addFault) {
  const buttons = BUTTONS.map(({ text, title, fault }) =>
    el("button", { type: "button", title, "aria-label": `${text}: ${name}`, onclick: () => addFault(fault(name)) }, text),
  );
  return el(
    "section",
    { class: "region", "aria-label": `${name}, ${region.role}` },
    el("div", { class: "region-head" }, el("h2", {}, name), el("span", { class: "role" }, region.role), el("span", { class: "serving" }, "DNS answers this")),
    el("div", { class: "region-state" }, el("span", { class: "badge" }), el("span", { class: "role checkers" })),
    el("div", { class: "dots", "aria-hidden": "true" }),
    chart(),
    el("dl", { class: "stats" }),
    el("p", { class: "where" }, el("code", {}, region.hostname), " at ", el("code", {}, region.api)),
    el("div", { class: "buttons", role: "group", "aria-label": `Faults for ${name}` }, ...buttons),
  );
}

export function updateRegion(card, [name, region], status, scale) {
  const { tone, mark, text } = regionState(region);
  const badge = card.querySelector(".badge");
  badge.className = `badge ${tone}`;
  say(badge, `${mark} ${text}`);
  card.classList.toggle("answers", status.dns.answer === name);
  checkers(card, region.health);
  drawChart(card.querySelector(".chart"), name, status.throughput.regions[name], scale);
  facts(card.querySelector(".stats"), [
    ["requests", rate(region.requests.perSecond)],
    ["answered", count(region.requests.ok)],
    ["failed", count(region.requests.failed)],
    ["payments", count(region.payments)],
    ["p50", millis(region.latency.p50)],
    ["p99", millis(region.latency.p99)],
  ]);
}

function checkers(card, health) {
  say(card.querySelector(".checkers"), health ? `${health.healthyCheckers} of ${health.checkers} checkers say healthy` : "");
  const dots = card.querySelector(".dots");
  const total = health?.checkers ?? 0;
  if (dots.children.length !== total) dots.replaceChildren(...Array.from({ length: total }, () => el("i")));
  [...dots.children].forEach((dot, index) => dot.classList.toggle("up", index < health.healthyCheckers));
}
