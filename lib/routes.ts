import type { FunctionName } from "./functions";

/** A route of the API: data that the document, the permissions and the alarms are made from. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly function: FunctionName;
  /** True: signed by the caller where tap:apiAuth is iam. Health checkers cannot sign. */
  readonly signed: boolean;
  /** The request carries a payment and its idempotency key. */
  readonly payment?: true;
  /** Health checkers ask it every few seconds, from outside the account: it has a limit of its own. */
  readonly probed?: true;
  /** Query parameters, none of them required. */
  readonly query?: readonly string[];
}

export const PAYMENT_ROUTES: readonly Route[] = [
  { method: "POST", path: "/payments", function: "process", signed: true, payment: true },
  { method: "GET", path: "/payments", function: "read", signed: true, query: ["customerId", "status", "date", "limit", "next"] },
  { method: "GET", path: "/payments/{paymentId}", function: "read", signed: true },
  { method: "POST", path: "/payments/validate", function: "validate", signed: true, payment: true },
  { method: "GET", path: "/health", function: "health", signed: false, probed: true },
];

/** In the secondary only: the latch must need nothing of the region that it holds out. */
export const SWITCH_ROUTE: Route = { method: "GET", path: "/switch", function: "switch", signed: false, probed: true };

export const routesOf = (role: "primary" | "secondary"): readonly Route[] =>
  role === "secondary" ? [...PAYMENT_ROUTES, SWITCH_ROUTE] : PAYMENT_ROUTES;

/** e.g. `post-payments`: unique, fit for statement and operation ids. */
export const routeId = ({ method, path }: Pick<Route, "method" | "path">): string =>
  `${method.toLowerCase()}${path.replace(/[/{}]+/g, "-")}`.replace(/-$/, "");
