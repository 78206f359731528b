import type { Cloud } from "../../cloud";
import type { KeyState, LiveKey } from "./index";

/** The keys of a region, as faults need them. */
export interface Keys {
  all(): Iterable<LiveKey>;
  /** By id, ARN or alias. */
  find(reference: string): LiveKey | undefined;
  setState(keyId: string, state: KeyState): void;
}

/**
 * Disables the keys that faults of kind `key` name, as an operator's DisableKey would, and enables again those that it
 * disabled once no fault names them. A key that somebody enables or deletes meanwhile is left as it is.
 * @returns looks again, for a key that has just been made
 */
export function followKeyFaults(cloud: Cloud, region: string, keys: Keys): () => void {
  const disabled = new Set<string>();
  cloud.faults.checkWith(({ kind, region: where, resource }) => {
    if (kind !== "key" || where !== region || resource === undefined || keys.find(resource)) return undefined;
    return `resource: got ${JSON.stringify(resource)}; keys in ${region}: ${[...keys.all()].map(({ keyId }) => keyId).join(", ") || "none"}`;
  });
  const look = (): void => {
    const faults = cloud.faults.of("key", region);
    if (faults.length === 0 && disabled.size === 0) return;
    for (const { keyId, state } of [...keys.all()]) {
      const named = faults.some(({ resource }) => resource === undefined || keys.find(resource)?.keyId === keyId);
      if (named && state === "Enabled" && !disabled.has(keyId)) {
        disabled.add(keyId);
        keys.setState(keyId, "Disabled");
      } else if (!named && disabled.delete(keyId) && state === "Disabled") {
        keys.setState(keyId, "Enabled");
      }
    }
  };
  cloud.faults.onChange(look);
  return look;
}
