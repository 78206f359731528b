import { serve, type ApiHandler } from "../shared/http";
import { parsePayment } from "../shared/request";
import type { Runtime } from "../shared/runtime";
import { valid } from "./logic";

/** `POST /payments/validate`: the very validation of `POST /payments`, key included; it touches no table. */
export function createHandler(runtime: Runtime): ApiHandler {
  return serve(runtime, {
    name: "validate",
    unforeseen: "nothing-changed",
    handle: async (event) => valid(parsePayment(event)),
  });
}
