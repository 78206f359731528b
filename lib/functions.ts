import type * as pulumi from "@pulumi/pulumi";
import { ENV } from "../lambda/shared/constants";
import { lapseAfterMs, settleMs } from "../lambda/switch/logic";
import type { Bundle } from "./bundles";
import type { Config } from "./config";
import type { Provisionable } from "./config/settings";
import type { ControlTable, PaymentsTable } from "./dynamo";
import { acceptsPayments, movesLatch, provesHealth, readsPayments, settings } from "./grants";
import { createFunction, type DeployedFunction } from "./lambda";
import { placed, type RegionNetwork } from "./network";
import type { RegionContext } from "./regions";
import { SWITCH_CHECK } from "./route53";

/** The folders of lambda/ that are deployed. */
export const FUNCTION_NAMES = ["process", "validate", "read", "health", "switch", "notify", "stream-switch", "observer"] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
export type Bundles = Readonly<Record<FunctionName, Bundle>>;

/** Those that serve payments, the same in both regions. */
export type PaymentFunctions = Readonly<Record<Exclude<FunctionName, "switch" | "notify" | "stream-switch" | "observer">, DeployedFunction>>;

type FunctionConfig = Pick<Config, "logRetentionDays" | "reservedConcurrency" | "provisionedConcurrency" | "failoverHost" | "ttlSeconds">;

/** A payment's whole answer: three attempts of one second and their pauses. */
const PAYMENT = { memoryMb: 512, timeoutSeconds: 6 };
/** A verdict is due within 1.5 s; the rest is a cold start's. */
const VERDICT = { memoryMb: 256, timeoutSeconds: 3 };

export interface PaymentFunctionArgs {
  readonly table: PaymentsTable;
  readonly network: RegionNetwork;
}

/** The functions of one region that payments and health checks meet. */
export function createPaymentFunctions(context: RegionContext, { table, network }: PaymentFunctionArgs, bundles: Bundles, config: FunctionConfig): PaymentFunctions {
  const { provisionedConcurrency } = config;
  /** The primary's environments are warm from its own traffic: only the standby needs it, unless both are asked for. */
  const provisioned = (name: Provisionable): number => (context.role === "secondary" || provisionedConcurrency.regions === "both" ? provisionedConcurrency[name] : 0);
  return {
    process: createFunction(
      context,
      {
        service: "payments-process",
        description: "Accepts a payment by one conditional write",
        bundle: bundles.process,
        ...PAYMENT,
        provisioned: provisioned("process"),
        grants: [acceptsPayments(table, context)],
        ...placed(network, "process"),
      },
      config,
    ),
    validate: createFunction(
      context,
      { service: "payments-validate", description: "Checks a payment and stores nothing", bundle: bundles.validate, ...PAYMENT, provisioned: provisioned("validate"), grants: [], ...placed(network, "validate") },
      config,
    ),
    read: createFunction(
      context,
      { service: "payments-read", description: "Reads payments", bundle: bundles.read, ...PAYMENT, provisioned: provisioned("read"), grants: [readsPayments(table, context)], ...placed(network, "read") },
      config,
    ),
    health: createFunction(
      context,
      {
        service: "payments-health",
        description: "Says whether this region can take a payment",
        bundle: bundles.health,
        ...VERDICT,
        reserved: config.reservedConcurrency.health,
        provisioned: provisioned("health"),
        grants: [provesHealth(table, context)],
        ...placed(network, "health"),
      },
      config,
    ),
  };
}

export interface LatchArgs {
  readonly payments: PaymentsTable;
  readonly control: ControlTable;
  /** The secondary's. */
  readonly network: RegionNetwork;
  /** Where the failover name's CNAME leads when DNS answers the primary, and the secondary. */
  readonly targets: Readonly<Record<"primary" | "secondary", pulumi.Input<string>>>;
}

/** The latch: in the secondary only, so that it needs no answer from the region that it holds out. */
export function createSwitchFunction(secondary: RegionContext, args: LatchArgs, bundles: Bundles, config: FunctionConfig): DeployedFunction {
  const lapse = lapseAfterMs({
    thresholdCount: SWITCH_CHECK.threshold,
    intervalSeconds: SWITCH_CHECK.intervalSeconds,
    ttlSeconds: config.ttlSeconds,
  });
  return createFunction(
    secondary,
    {
      service: "payments-switch",
      description: "Remembers that traffic left the primary",
      bundle: bundles.switch,
      ...VERDICT,
      reserved: config.reservedConcurrency.switch,
      ...placed(args.network, "switch"),
      grants: [
        movesLatch(args.control, secondary),
        provesHealth(args.payments, secondary),
        settings({
          [ENV.FAILOVER_HOSTNAME]: config.failoverHost,
          [ENV.PRIMARY_TARGET]: args.targets.primary,
          [ENV.SECONDARY_TARGET]: args.targets.secondary,
          [ENV.LAPSE_AFTER_MS]: String(lapse),
          [ENV.SETTLE_MS]: String(settleMs(config)),
        }),
      ],
    },
    config,
  );
}
