import { DescribeTableCommand, DynamoDBClient, UpdateTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { ENV } from "../shared/constants";
import { createLog, errorFields } from "../shared/log";
import { isNamed } from "../shared/property";
import { requireEnv, type CallBudget, type Runtime } from "../shared/runtime";
import { isActive, isDelete, lacking, streamArnOf, type SwitchAnswer, type SwitchEvent } from "./logic";

/** Control plane calls, at deployment only: they may be slow. */
const BUDGET: CallBudget = { connectMs: 1000, requestMs: 5000, attempts: 5, baseMs: 200, capMs: 3000 };

/** Between two looks at the table. */
const PAUSE_MS = 2000;

/** The replica is being changed by somebody else. "UpdateTable" (DynamoDB API reference), errors. */
const BUSY = ["ResourceInUseException", "LimitExceededException"] as const;

/**
 * Role and replica were made seconds ago: IAM's changes, and a new replica, take a while to be seen everywhere. IAM user
 * guide, "Changes that I make are not always immediately visible".
 */
const NOT_YET = ["AccessDeniedException", "ResourceNotFoundException"] as const;
const SETTLING_MS = 60_000;

export interface SwitchContext {
  readonly awsRequestId?: string;
  getRemainingTimeInMillis(): number;
}

/**
 * Switches on the stream of this region's replica, protects it from deletion where that is asked, and answers the
 * stream's ARN once the table is ACTIVE. Called at each deployment: what is as wanted is left as it is. When the caller goes away the stream stays, since other consumers may
 * read it and the table's own end ends it. Rejects where the stream is not on in time: the deployment must fail then.
 */
export function createHandler(runtime: Runtime): (event: SwitchEvent, context: SwitchContext) => Promise<SwitchAnswer> {
  const TableName = requireEnv(runtime, ENV.TABLE_NAME);
  const client = runtime.client(DynamoDBClient, BUDGET);

  const describe = async (): Promise<TableDescription> => (await client.send(new DescribeTableCommand({ TableName }))).Table ?? {};

  return async (event, context) => {
    const log = createLog(runtime, { function: "stream-switch", requestId: context.awsRequestId });
    if (isDelete(event)) return { streamArn: "" };
    const settledAt = runtime.clock.now() + SETTLING_MS;
    const mayBeEarly = (error: unknown): boolean => runtime.clock.now() < settledAt && NOT_YET.some((name) => isNamed(error, name));
    for (;;) {
      const table = await describe().catch((error: unknown) => {
        if (!mayBeEarly(error)) throw error;
        log.info("replica not seen yet", errorFields(error));
        return {} as TableDescription;
      });
      const streamArn = streamArnOf(table);
      const setting = lacking(table, event);
      if (isActive(table) && streamArn !== undefined && !setting) {
        log.info("stream is on", { streamArn });
        return { streamArn };
      }
      if (isActive(table) && setting) {
        try {
          await client.send(new UpdateTableCommand({ TableName, ...setting }));
          log.info("replica changed", { setting });
        } catch (error) {
          log.error("replica not changed", { setting, ...errorFields(error) });
          if (!BUSY.some((name) => isNamed(error, name)) && !mayBeEarly(error)) throw error;
        }
      }
      if (context.getRemainingTimeInMillis() < PAUSE_MS + BUDGET.requestMs) {
        throw new Error(`the stream of ${TableName} is not on yet (table status ${table.TableStatus ?? "unknown"}); deploy again to go on waiting`);
      }
      await runtime.clock.sleep(PAUSE_MS);
    }
  };
}
