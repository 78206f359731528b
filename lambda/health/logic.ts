import type { Answer } from "../shared/http";
import type { Reading } from "../shared/verdict";

/** The health route's answer. Anyone may read it, so it holds no ARNs, names or messages. */
export function healthAnswer(reading: Reading, region: string, version: string): Answer {
  const ok = reading.table === "ok";
  return {
    status: ok ? 200 : 503,
    body: {
      status: ok ? "ok" : "unavailable",
      region,
      checks: { table: reading.table },
      verdictAgeMs: reading.ageMs,
      version,
    },
  };
}
