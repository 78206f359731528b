import { markup, type Markup } from "./markup";

/** Pixels of a plot's own coordinates; it is scaled to the width of its place. */
const SIZE = { width: 960, left: 232, right: 12, top: 10, bottom: 26 } as const;

export type Scale = (value: number) => number;

const scale = (from: readonly [number, number], to: readonly [number, number]): Scale => {
  const span = from[1] - from[0] || 1;
  return (value) => Math.round((to[0] + ((value - from[0]) / span) * (to[1] - to[0])) * 10) / 10;
};

/** Round steps, at most `most` of them: 1, 2 or 5 times a power of ten. */
export function ticks(high: number, most: number): readonly number[] {
  if (!(high > 0)) return [0];
  const rough = high / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => high / candidate <= most) ?? high;
  return Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** What is seen of a moment over the whole height of a plot, e.g. the fault. */
export interface Mark {
  /** On the plot's x axis. */
  readonly at: number;
  readonly label: string;
  readonly kind: "bad" | "good" | "neutral";
}

interface Frame {
  readonly title: string;
  readonly height: number;
  /** The x axis ends here, e.g. seconds. */
  readonly until: number;
  readonly unit: string;
  readonly marks?: readonly Mark[];
}

const labelled = (x: number, y: number, text: string, anchor: "start" | "middle" | "end", kind = "axis"): Markup =>
  markup`<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

/** Axis, marks and what `draw` makes of the scale of x. */
export function plot({ title, height, until, unit, marks = [] }: Frame, draw: (x: Scale) => readonly Markup[]): Markup {
  const { width, left, right, top, bottom } = SIZE;
  const x = scale([0, until], [left, width - right]);
  const floor = height - bottom;
  const axis = ticks(until, 12).map((value) => markup`<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="${top}" y2="${floor}"/>${labelled(x(value), height - 9, String(value), "middle")}`);
  const lines = marks.map(
    ({ at, label, kind }, index) =>
      markup`<line class="mark ${kind}" x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${floor}"/>${labelled(x(at) + 3, top + 9 + 12 * (index % 3), label, "start", `label ${kind}`)}`,
  );
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><title>${title}</title>${axis}${labelled(width - right, height - 9, unit, "end")}${draw(x)}${lines}</svg>`;
}

/** The scale of y of a plot of this height, with its lines and figures. */
export function upright(height: number, high: number, unit: string): { readonly y: Scale; readonly axis: readonly Markup[] } {
  const y = scale([0, high], [height - SIZE.bottom, SIZE.top]);
  const axis = ticks(high, 4).map(
    (value) => markup`<line class="grid" x1="${SIZE.left}" x2="${SIZE.width - SIZE.right}" y1="${y(value)}" y2="${y(value)}"/>${labelled(SIZE.left - 6, y(value) + 4, `${value} ${unit}`, "end")}`,
  );
  return { y, axis };
}

export interface Bar {
  /** Stacked from the floor up, in this order. */
  readonly parts: readonly { readonly value: number; readonly kind: string }[];
  readonly at: number;
}

/** One stacked bar for each unit of x. */
export function bars(frame: Frame, unit: string, given: readonly Bar[]): Markup {
  const totals = given.map(({ parts }) => parts.reduce((sum, { value }) => sum + value, 0));
  const { y, axis } = upright(frame.height, Math.max(1, ...totals), unit);
  return plot(frame, (x) => [...axis, ...given.flatMap(({ at, parts }) => stack(parts, x(at), Math.max(1, x(at + 1) - x(at) - 0.6), y))]);
}

function stack(parts: Bar["parts"], left: number, width: number, y: Scale): readonly Markup[] {
  let below = 0;
  return parts.flatMap(({ value, kind }) => {
    if (value === 0) return [];
    const from = below;
    below += value;
    return [markup`<rect class="${kind}" x="${left}" y="${y(below)}" width="${width}" height="${Math.round((y(from) - y(below)) * 10) / 10}"/>`];
  });
}

export interface Line {
  readonly kind: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** Lines over one pair of axes; a gap of more than `gap` units of x is left open. */
export function lines(frame: Frame, unit: string, given: readonly Line[], gap = Infinity): Markup {
  const { y, axis } = upright(frame.height, Math.max(1, ...given.flatMap(({ points }) => points.map((point) => point.y))), unit);
  const path = ({ kind, points }: Line, x: Scale): Markup => {
    const steps = points.map((point, index) => {
      const last = points[index - 1];
      return `${last && point.x - last.x <= gap ? "L" : "M"}${x(point.x)} ${y(point.y)}`;
    });
    return markup`<path class="${kind}" d="${steps.join("")}"/>`;
  };
  return plot(frame, (x) => [...axis, ...given.map((line) => path(line, x))]);
}

export interface Row {
  readonly name: string;
  readonly spans: readonly { readonly from: number; readonly to: number; readonly kind: string; readonly title: string }[];
}

const ROW = 22;

/** One row of spans for each subject, on a common axis. */
export function rows(frame: Omit<Frame, "height">, given: readonly Row[]): Markup {
  const height = SIZE.top + given.length * ROW + SIZE.bottom;
  return plot({ ...frame, height }, (x) =>
    given.map(({ name, spans }, index) => {
      const top = SIZE.top + index * ROW;
      const drawn = spans.map(
        ({ from, to, kind, title }) => markup`<rect class="span ${kind}" x="${x(from)}" y="${top + 3}" width="${Math.max(1.5, x(to) - x(from))}" height="${ROW - 6}" rx="3"><title>${title}</title></rect>`,
      );
      return markup`<text class="row" x="${SIZE.left - 6}" y="${top + 15}" text-anchor="end">${shortened(name)}</text>${drawn}`;
    }),
  );
}

const LONGEST = 38;
const shortened = (name: string): string => (name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`);
