import type { FaultMode } from "../../twin/kernel/faults";
import type { RoleFault } from "../role-fault";
import type { Scenario, Step } from "../scenario";
import { scenarioNamed } from "../scenarios/index";
import { CONTROL_PLANES } from "./planes";

/** How what is lost is silent. */
export type Silence = Extract<FaultMode, "refuse" | "vanish">;
export const SILENCES: readonly Silence[] = ["refuse", "vanish"];

/** Every control plane of every region, those of us-east-1 that serve all regions among them. */
export const controlPlanesLost = (mode: Silence): readonly RoleFault[] =>
  Object.entries(CONTROL_PLANES).flatMap(([service, operations]): readonly RoleFault[] =>
    operations === "all" ? [{ kind: "service", service, mode }] : operations.map((operation) => ({ kind: "service", service, operation, mode })),
  );

/** Time for the health checks' first verdicts, then load for a baseline. */
const FAULT_AT_MS = 20_000;

/** The primary is lost while no control plane answers: recovery has what was there before, and nothing else. */
export function recoveryWithout(mode: Silence): Scenario {
  const base = scenarioNamed(mode === "refuse" ? "region-lost" : "region-vanishes");
  return {
    ...base,
    name: `static-stability-${mode}`,
    what: `the primary region and every control plane ${mode === "refuse" ? "refuse connections" : "swallow packets"}`,
    faultAtMs: FAULT_AT_MS,
    steps: [...controlPlanesLost(mode).map((inject): Step => ({ atMs: 0, inject, as: "control planes" })), ...base.steps],
  };
}
