import type { Caller, Cloud } from "../../cloud";
import { AwsError } from "../../errors";
import { streamAccess, tableAccess } from "./access";
import { createReplicas, tableArn, type TableSpec } from "./create";
import { describeTable, listTables, tableNotFound, updateTable } from "./describe";
import { notFound, required } from "./input";
import { validation } from "./intake";
import { tableMeter } from "./metrics";
import { getItem, query, scan } from "./reads";
import type { Replica } from "./replica";
import { describeStream, getRecords, getShardIterator, listStreams } from "./stream-operations";
import { tableKey, type TableKey } from "./table-key";
import type { Item } from "./values";
import { deleteItem, putItem, updateItem, type FindTable } from "./writes";

export type { TableSpec } from "./create";
export type { Replica } from "./replica";
export { TABLE_KEY_HOLD_MS } from "./table-key";
export type { IndexDefinition, StreamViewType, TableDefinition } from "./schema";
export { STREAM_VIEW_TYPES } from "./schema";
export { Stream, type StreamRecord } from "./stream";
export type { Item } from "./values";

/** DynamoDB in one region: its tables and replicas. SDK operations are published under `dynamodb` and `dynamodbstreams`. */
export class DynamoDb {
  private readonly tables = new Map<string, Replica>();
  /** Of the tables under a key of the account. */
  private readonly keys = new Map<Replica, TableKey>();

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    const by = (caller: Caller): FindTable => (name) => this.readable(this.find(name), caller);
    cloud.publish("dynamodb", region, {
      PutItem: (input: Parameters<typeof putItem>[0], caller: Caller) => putItem(input, by(caller)),
      GetItem: (input: Parameters<typeof getItem>[0], caller: Caller) => getItem(input, by(caller)),
      UpdateItem: (input: Parameters<typeof updateItem>[0], caller: Caller) => updateItem(input, by(caller)),
      DeleteItem: (input: Parameters<typeof deleteItem>[0], caller: Caller) => deleteItem(input, by(caller)),
      Query: (input: Parameters<typeof query>[0], caller: Caller) => query(input, by(caller)),
      Scan: (input: Parameters<typeof scan>[0], caller: Caller) => scan(input, by(caller)),
      DescribeTable: (input: Parameters<typeof describeTable>[0]) => describeTable(input, (name) => this.findNamed(name)),
      ListTables: (input: Parameters<typeof listTables>[0]) => listTables(input, [...this.tables.keys()]),
      UpdateTable: (input: Parameters<typeof updateTable>[0]) => updateTable(input, (name) => this.findNamed(name), cloud.kernel.now()),
      TransactWriteItems: (input: Transaction) => this.refuseTransaction(input),
      TransactGetItems: (input: Transaction) => this.refuseTransaction(input),
    }, { ...tableAccess({ find: (name) => this.lookup(name), arnOf: (name) => tableArn(region, cloud.accountId, name) }), refused: ["TransactWriteItems", "TransactGetItems"] });
    cloud.measure("dynamodb", region, tableMeter(cloud, region));
    cloud.publish("dynamodbstreams", region, {
      ListStreams: (input: Parameters<typeof listStreams>[0]) => listStreams(input, [...this.tables.values()]),
      DescribeStream: (input: Parameters<typeof describeStream>[0]) => describeStream(input, [...this.tables.values()]),
      GetShardIterator: (input: Parameters<typeof getShardIterator>[0]) => getShardIterator(input, [...this.tables.values()]),
      GetRecords: (input: Parameters<typeof getRecords>[0]) => getRecords(input, [...this.tables.values()], region),
    }, streamAccess);
  }

  /** The replica of a table in this region; undefined where there is none (the witness has none). */
  table(name: string): Replica | undefined {
    return this.tables.get(name);
  }

  tableNames(): readonly string[] {
    return [...this.tables.keys()];
  }

  /**
   * A table's items as plain attribute value maps, for checkers: what a strongly consistent scan would show, or the
   * replica's own state while it can answer none. Changes nothing. Throws ResourceNotFoundException.
   */
  items(tableName: string): readonly Item[] {
    return this.find(tableName).dump();
  }

  /** Number of items, as {@link items} would give. */
  itemCount(tableName: string): number {
    return this.items(tableName).length;
  }

  /**
   * Takes a replica up. Throws ResourceInUseException when the name is taken in this region.
   * @param keyArn the key that it is encrypted under; without it DynamoDB's own
   */
  add(replica: Replica, keyArn?: string): void {
    const { name } = replica.definition;
    if (this.tables.has(name)) {
      throw new AwsError("ResourceInUseException", `Table already exists: ${name} (${this.region})`);
    }
    this.tables.set(name, replica);
    if (keyArn !== undefined) this.keys.set(replica, tableKey(this.cloud, this.region, name, keyArn));
  }

  /**
   * What keeps a principal from the table's items and stream, in KMS's words; undefined = nothing.
   * Throws ResourceNotFoundException.
   */
  keyRefusal(tableName: string, principal: string): string | undefined {
    return this.keys.get(this.find(tableName))?.({ principal })?.message;
  }

  private readable(table: Replica, caller: Caller): Replica {
    const refusal = this.keys.get(table)?.(caller);
    if (refusal) throw refusal;
    return table;
  }

  private find(nameOrArn: string | undefined): Replica {
    const table = this.lookup(nameOrArn);
    if (!table) throw notFound();
    return table;
  }

  private findNamed(nameOrArn: string | undefined): Replica {
    const table = this.lookup(nameOrArn);
    if (!table) throw tableNotFound(String(nameOrArn));
    return table;
  }

  private lookup(nameOrArn: string | undefined): Replica | undefined {
    const given = required(nameOrArn, "TableName");
    const named = this.tables.get(given);
    if (named || !given.startsWith("arn:")) return named;
    const table = this.tables.get(given.slice(given.lastIndexOf("/") + 1));
    return table?.arn === given ? table : undefined;
  }

  private refuseTransaction({ TransactItems = [] }: Transaction): never {
    for (const action of TransactItems) {
      for (const { TableName } of Object.values(action)) {
        if (this.find(TableName).membership.mode === "strong") {
          throw validation(`Transactions are not supported on tables with multi-Region strong consistency: ${TableName}`);
        }
      }
    }
    throw new AwsError("UnknownOperationException", `dynamodb transactions are not in this twin (${this.cloud.accountId}, ${this.region})`);
  }
}

interface Transaction {
  readonly TransactItems?: readonly Readonly<Record<string, { readonly TableName?: string }>>[];
}

/** DynamoDB of a region, made on first use. */
export const dynamodb = (cloud: Cloud, region: string): DynamoDb =>
  cloud.service("dynamodb", region, () => new DynamoDb(cloud, region));

/** Makes a table with its replicas in all its regions. */
export function createTable(cloud: Cloud, spec: TableSpec): void {
  for (const replica of createReplicas(cloud, spec)) dynamodb(cloud, replica.region).add(replica, spec.keys?.[replica.region]);
}
