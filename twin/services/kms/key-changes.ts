import type { Cloud } from "../../cloud";
import { iam } from "../iam/index";
import { kms } from "./index";

/** When something changed on which the use of a region's keys may depend: a key's state, a role, a policy. Epoch milliseconds, ascending. */
class KeyChanges {
  readonly times: number[] = [];

  constructor(cloud: Cloud, region: string) {
    const changed = (): void => void this.times.push(cloud.kernel.now());
    kms(cloud, region).onChange(changed);
    iam(cloud).onChange(changed);
  }
}

/** The changes from the first time on that somebody asks for them. */
export const keyChanges = (cloud: Cloud, region: string): readonly number[] => cloud.service("key-changes", region, () => new KeyChanges(cloud, region)).times;
