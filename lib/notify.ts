import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { PAYMENT_PREFIX, PAYMENTS } from "../lambda/shared/constants";
import type { Config } from "./config";
import type { Bundles } from "./functions";
import { keepsDiscarded, publishesEvents, readsStream, writesReceipts } from "./grants";
import { createFunction, type DeployedFunction } from "./lambda";
import { placed, type RegionNetwork } from "./network";
import type { RegionContext } from "./regions";
import type { Bucket } from "./s3";
import type { Topic } from "./sns";

export interface NotifyArgs {
  /** The region's own stream. */
  readonly streamArn: pulumi.Output<string>;
  /** The region's own; discarded records go there too. */
  readonly receipts: Bucket;
  readonly events: Topic;
  readonly network: RegionNetwork;
}

/**
 * New payments alone. Rules of one list are alternatives, so "neither health# nor canary#" cannot be said by two of them:
 * what payments' ids begin with can.
 */
const NEW_PAYMENTS = { eventName: ["INSERT"], dynamodb: { Keys: { [PAYMENTS.hashKey]: { S: [{ prefix: PAYMENT_PREFIX }] } } } };

/**
 * A record is given up after ten repetitions (minutes, so that a bucket may be away for a moment) or an hour before its
 * stream forgets it (24 h): a region that comes back within the day derives all that it missed, and what is given up
 * is kept with its data.
 */
const SOURCE = {
  startingPosition: "TRIM_HORIZON",
  batchSize: 50,
  // A record that nobody can read holds up a tenth of the items until it is given up.
  parallelizationFactor: 10,
  bisectBatchOnFunctionError: true,
  maximumRetryAttempts: 10,
  maximumRecordAgeInSeconds: 23 * 60 * 60,
  functionResponseTypes: ["ReportBatchItemFailures"],
};

/** Derives receipt and event of every new payment. In both regions, always: there is nothing to take over. */
export function createNotify(context: RegionContext, args: NotifyArgs, bundles: Bundles, config: Pick<Config, "logRetentionDays">): DeployedFunction {
  const { receipts, streamArn } = args;
  const service = "payments-notify";
  const deployed = createFunction(
    context,
    {
      service,
      description: "Derives receipt and event of every new payment",
      bundle: bundles.notify,
      memoryMb: 512,
      timeoutSeconds: 60,
      ...placed(args.network, "notify"),
      grants: [
        writesReceipts(receipts, context.key, context),
        publishesEvents(args.events),
        readsStream(streamArn, context),
        keepsDiscarded(receipts, context),
      ],
    },
    config,
  );
  new aws.lambda.EventSourceMapping(
    context.name(service, "function"),
    {
      eventSourceArn: streamArn,
      functionName: deployed.name,
      ...SOURCE,
      filterCriteria: { filters: [{ pattern: JSON.stringify(NEW_PAYMENTS) }] },
      destinationConfig: { onFailure: { destinationArn: receipts.arn } },
    },
    context.options,
  );
  return deployed;
}
