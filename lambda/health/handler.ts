import { ENV, REGION_VARIABLE } from "../shared/constants";
import { createTableVerdict } from "../shared/health-write";
import { serve, type ApiHandler } from "../shared/http";
import { requireEnv, type Runtime } from "../shared/runtime";
import { healthAnswer } from "./logic";

/** `GET /health`: can this region take payments? See docs/decisions.md, 4. */
export function createHandler(runtime: Runtime): ApiHandler {
  const region = requireEnv(runtime, REGION_VARIABLE);
  const version = requireEnv(runtime, ENV.BUNDLE_VERSION);
  const verdict = createTableVerdict(runtime);
  return serve(runtime, {
    name: "health",
    unforeseen: "nothing-changed",
    handle: async () => healthAnswer(await verdict(), region, version),
  });
}
