import type { Cloud } from "../../cloud";
import { arn } from "../../models/ids";
import { ALONE, type Coordination } from "./coordination";
import { EventualGroup } from "./eventual";
import { Replica, type Membership } from "./replica";
import type { StreamViewType, TableDefinition } from "./schema";
import type { Store } from "./store";
import { StrongGroup } from "./strong";

/** A table and where it lives. */
export interface TableSpec {
  readonly definition: TableDefinition;
  readonly membership: Membership;
  /** The home region's stream; in eventual mode every replica has one like it, in strong mode only the home region. */
  readonly stream?: { readonly viewType: StreamViewType; readonly label: string };
  /** By region the ARN of the key that the replica there is encrypted under; none = DynamoDB's own. */
  readonly keys?: Readonly<Record<string, string>>;
}

interface Group {
  add(region: string, store: Store): void;
  coordination(region: string): Coordination;
}

function groupOf(cloud: Cloud, tableName: string, { mode, regions, witness }: Membership): Group | undefined {
  if (mode === "strong") return new StrongGroup(cloud, [...regions, ...(witness === undefined ? [] : [witness])]);
  return mode === "eventual" ? new EventualGroup(cloud, tableName) : undefined;
}

export const tableArn = (region: string, accountId: string, name: string): string => arn("dynamodb", region, accountId, `table/${name}`);

/** The replicas of a table by region, the home region first; their regions' services must take them up. */
export function createReplicas(cloud: Cloud, { definition, membership, stream }: TableSpec): readonly Replica[] {
  const group = groupOf(cloud, definition.name, membership);
  return membership.regions.map((region, index) => {
    const coordination = group?.coordination(region) ?? ALONE;
    const replica = new Replica(cloud.kernel, region, tableArn(region, cloud.accountId, definition.name), definition, membership, coordination);
    group?.add(region, replica.store);
    const settled = membership.mode !== "strong" || index === 0;
    if (stream && settled) replica.enableStream(stream.viewType, stream.label);
    // The provider makes strong replicas in one call and sets their protection at a later update only.
    if (!settled) replica.deletionProtection = false;
    return replica;
  });
}
