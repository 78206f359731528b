import type { GraphResource } from "../graph";
import type { Account } from "./account";
import { archiveTexts, decode, type Props } from "./wire";

/** What an account holds, as a deployment's graph shows it: enough to bring it to life. */
export function standingOf(account: Account): { readonly resources: readonly GraphResource[]; readonly blobs: ReadonlyMap<string, string> } {
  const all = account.list();
  const resources = all.map(({ key, outputs }): GraphResource => {
    const values = decode(outputs) as Props; // a resource's state is an object
    return {
      urn: `${key.type}::${key.id}`,
      type: key.type,
      name: key.id,
      id: key.id,
      ...(key.region === "global" ? {} : { region: key.region }),
      // The state holds the inputs beside what AWS added.
      inputs: values,
      outputs: values,
      dependsOn: [],
      propertyDependencies: {},
      options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
    };
  });
  return { resources, blobs: new Map(all.flatMap(({ outputs }) => archiveTexts(outputs))) };
}
