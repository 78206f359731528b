import { svg } from "./dom.js";

/** Answered requests rise above the axis, failed ones hang below it: the shape says it without colour. */
const WIDTH = 480;
const UP = 56;
const DOWN = 28;

export function chart() {
  const ok = svg("path", { class: "ok" });
  const failed = svg("path", { class: "failed" });
  const axis = svg("line", { class: "axis", x1: 0, x2: WIDTH, y1: UP, y2: UP });
  return svg("svg", { class: "chart", role: "img", viewBox: `0 0 ${WIDTH} ${UP + DOWN}`, preserveAspectRatio: "none" }, ok, failed, axis);
}

/** @param scale requests a second that fill the upper half; the same for all regions */
export function drawChart(node, name, series, scale) {
  node.querySelector(".ok").setAttribute("d", bars(series.ok, (n) => -Math.min(n / scale, 1) * (UP - 2)));
  node.querySelector(".failed").setAttribute("d", bars(series.failed, (n) => Math.min(n / scale, 1) * (DOWN - 2)));
  const total = (list) => list.reduce((sum, n) => sum + n, 0);
  node.setAttribute("aria-label", `${name}, last two minutes: ${total(series.ok)} requests answered, ${total(series.failed)} failed`);
}

function bars(values, height) {
  const step = WIDTH / values.length;
  return values
    .map((n, i) => (n === 0 ? "" : `M${(i * step).toFixed(1)} ${UP}v${height(n).toFixed(1)}h${(step - 0.8).toFixed(1)}V${UP}z`))
    .join("");
}
