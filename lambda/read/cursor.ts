import { STATUSES } from "../shared/constants";
import { PAYMENT_ID, shardOf } from "../shared/id";
import { CUSTOMER_ID } from "../shared/payment";

/** Where a list goes on: after this payment. */
export interface Position {
  readonly createdAt: string;
  readonly paymentId: string;
}

/** What a list is of. */
export type ListOf =
  | { readonly kind: "customer"; readonly customerId: string }
  | { readonly kind: "status"; readonly status: string; readonly date: string };

/** The last payment that was shown, of each shard that has shown any; a customer's list has one shard, "". */
export type Positions = ReadonlyMap<string, Position>;

const CREATED_AT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A calendar date of four, two and two digits that exists. */
export function isDate(text: string): boolean {
  const [, year = 0, month = 0, day = 0] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? []).map(Number);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return year > 0 && day >= 1 && day <= days;
}

export const isStatus = (text: string): boolean => STATUSES.some((status) => status === text);
export const isCustomerId = (text: string): boolean => CUSTOMER_ID.test(text);

const subject = (list: ListOf): readonly string[] =>
  list.kind === "customer" ? ["c", list.customerId] : ["s", list.status, list.date];

const shardIn = (list: ListOf, paymentId: string): string => (list.kind === "customer" ? "" : shardOf(paymentId));

/** The opaque text of `next`. It carries what the list is of, so that it fits no other list. */
export function encodeCursor(list: ListOf, positions: Positions): string {
  const places = [...positions.values()].map(({ createdAt, paymentId }) => [createdAt, paymentId]);
  return Buffer.from(JSON.stringify([subject(list), places]), "utf8").toString("base64url");
}

/** The positions of a cursor; undefined where it is malformed or belongs to another list. */
export function decodeCursor(list: ListOf, text: string): Positions | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [of, places]: unknown[] = value;
  if (JSON.stringify(of) !== JSON.stringify(subject(list))) return undefined;
  if (!Array.isArray(places) || places.length === 0) return undefined;
  const positions = new Map<string, Position>();
  for (const place of places as unknown[]) {
    const position = toPosition(list, place);
    if (!position) return undefined;
    const shard = shardIn(list, position.paymentId);
    if (positions.has(shard)) return undefined;
    positions.set(shard, position);
  }
  return positions;
}

function toPosition(list: ListOf, place: unknown): Position | undefined {
  if (!Array.isArray(place) || place.length !== 2) return undefined;
  const [createdAt, paymentId]: unknown[] = place;
  if (typeof createdAt !== "string" || typeof paymentId !== "string") return undefined;
  if (!CREATED_AT.test(createdAt) || !PAYMENT_ID.test(paymentId)) return undefined;
  if (list.kind === "status" && !createdAt.startsWith(list.date)) return undefined;
  return { createdAt, paymentId };
}

/** The positions after a page: those before it, moved on by what it shows. */
export function advance(list: ListOf, before: Positions, page: readonly Position[]): Positions {
  const after = new Map(before);
  for (const { createdAt, paymentId } of page) after.set(shardIn(list, paymentId), { createdAt, paymentId });
  return after;
}
