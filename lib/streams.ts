import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Bundles } from "./functions";
import type { Config } from "./config";
import type { PaymentsTable } from "./dynamo";
import { switchesStream } from "./grants";
import { createFunction } from "./lambda";
import type { RegionContext } from "./regions";

/** The ARN of each region's own stream. */
export type Streams = Readonly<Record<"primary" | "secondary", pulumi.Output<string>>>;

/** A replica came out of the deployment without a stream: nothing would be derived in its region. */
export class StreamError extends Error {
  readonly code = "STREAM";
  override readonly name = "StreamError";
}

type StreamConfig = Pick<Config, "logRetentionDays" | "consistency" | "protect">;

/** Ten looks at a table that is being changed, and the calls themselves. */
const SWITCH_TIMEOUT_SECONDS = 300;

/**
 * The streams of both replicas. In eventual mode the table's resource switches both on. In strong mode a stream is each
 * replica's own setting and the provider sets the home region's alone (hashicorp/terraform-provider-aws#48213), so a
 * function switches the peer's on while the stack is deployed, and its deletion protection, which the provider leaves off
 * when it makes strong replicas.
 */
export function createStreams(primary: RegionContext, secondary: RegionContext, table: PaymentsTable, bundles: Bundles, config: StreamConfig): Streams {
  const given = (region: string): pulumi.Output<string> => table.streamArnIn(region).apply((arn) => requireStream(arn, region));
  return {
    primary: given(primary.region),
    secondary: config.consistency === "strong" ? switchOn(secondary, table, bundles, config) : given(secondary.region),
  };
}

function switchOn(context: RegionContext, table: PaymentsTable, bundles: Bundles, config: StreamConfig): pulumi.Output<string> {
  const service = "payments-stream-switch";
  const deployed = createFunction(
    context,
    {
      service,
      description: "Switches on the replica's stream and protection while the stack is deployed",
      bundle: bundles["stream-switch"],
      memoryMb: 256,
      timeoutSeconds: SWITCH_TIMEOUT_SECONDS,
      // Outside the network, see PLACEMENTS.
      grants: [switchesStream(table, context)],
    },
    config,
  );
  const invocation = new aws.lambda.Invocation(
    context.name(service, "function"),
    {
      functionName: deployed.name,
      // The function knows its table; the table's id is here so that another table is another call.
      input: pulumi.jsonStringify({ table: table.arnIn(context.region), protect: config.protect }),
      lifecycleScope: "CRUD",
      triggers: { code: bundles["stream-switch"].sha256 },
    },
    { ...context.options, dependsOn: [...table.ready] },
  );
  return invocation.result.apply((result) => requireStream(answered(result), context.region));
}

/** The function's own answer, see lambda/stream-switch/logic.ts; empty where it is something else. */
function answered(result: string | undefined): string {
  try {
    const { streamArn } = JSON.parse(result ?? "{}") as { streamArn?: unknown }; // text of another program
    return typeof streamArn === "string" ? streamArn : "";
  } catch {
    return "";
  }
}

function requireStream(arn: string | undefined, region: string): string {
  if (arn) return arn;
  throw new StreamError(`${region}: the payments table has no stream there; receipts and events need one in each region. Deploy again; where that does not help see the log group of payments-stream-switch`);
}
