/** The part a region plays; `metrics` is where Route 53 publishes its figures, should neither region be there. */
export type DrRole = "primary" | "secondary" | "metrics" | "global";

/** Tags of everything in one region; the region's provider puts them on what it makes. */
export const regionTags = (project: string, environment: string, region: string, role: DrRole): Readonly<Record<string, string>> => ({
  Environment: environment,
  Region: region,
  "DR-Role": role,
  Project: project,
  ManagedBy: "pulumi",
});

/** For what has no region: these beat the provider's default tags. */
export const GLOBAL_TAGS = { Region: "global", "DR-Role": "global" } as const;
