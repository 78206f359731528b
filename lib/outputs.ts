import type * as pulumi from "@pulumi/pulumi";

type Text = pulumi.Input<string>;

/** What the stack tells: for people, for tests against the deployed system and for operators' commands. */
export interface Outputs {
  readonly environment: string;
  readonly regions: { readonly primary: string; readonly secondary: string; readonly witness?: string };
  readonly hostnames: { readonly failover: string; readonly primary: string; readonly secondary: string };
  /** https URLs without a final slash. */
  readonly primaryApiEndpoint: Text;
  readonly secondaryApiEndpoint: Text;
  /** Follows the failover. Clients use this one. */
  readonly failoverApiEndpoint: Text;
  readonly healthCheckIds: Readonly<Record<"primary" | "secondary" | "switch" | "grey" | "failover", Text>>;
  readonly alarmArns: pulumi.Input<readonly string[]>;
  readonly tableName: Text;
  readonly tableArns: Readonly<Record<"primary" | "secondary", Text>>;
  /** Of the secondary: holds the latch. */
  readonly controlTableName: Text;
  /** In both regions: the trail of failovers and failbacks, written through the secondary. */
  readonly auditTableName: Text;
  /** By region; each replicates to its twin in the other region. */
  readonly bucketNames: Readonly<Record<string, { readonly receipts: Text; readonly documents: Text }>>;
  /** By region: every log line, delivered to the secondary's, from there copied to the primary's. */
  readonly logBucketNames: Readonly<Record<string, Text>>;
  /** By region; alarms are sent there. */
  readonly alertTopicArns: Readonly<Record<string, Text>>;
  /** By region; what happened to payments is told there. */
  readonly eventTopicArns: Readonly<Record<string, Text>>;
  /** By region: where its recovery points are, and the role by which AWS Backup restores them. */
  readonly backups: Readonly<Record<string, { readonly vaultName: Text; readonly restoreRoleArn: Text }>>;
  /** By region: the roles for disaster recovery. No operator role where the configuration names no operators. */
  readonly drRoleArns: Readonly<Record<string, { readonly automation: Text; readonly operator?: Text }>>;
  /** Whether there are operator roles, in words. */
  readonly operatorAccess: string;
  /** By region. */
  readonly vpcIds: Readonly<Record<string, Text>>;
  /** Of the zone that the stack made: delegate the zone's name to them. */
  readonly nameServers?: pulumi.Input<readonly string[]>;
}
