import type { Answer } from "../shared/http";
import type { KeyedRequest } from "../shared/request";

/** The answer to a request that `POST /payments` would take: nothing of it is repeated. */
export const valid = (_request: KeyedRequest): Answer => ({ status: 200, body: { valid: true } });
