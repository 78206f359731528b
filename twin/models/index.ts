import { acm } from "./acm";
import { apigateway } from "./apigateway";
import { backup } from "./backup";
import { cloudwatch } from "./cloudwatch";
import { dynamodb } from "./dynamodb";
import { firehose } from "./firehose";
import { iam } from "./iam";
import { kms } from "./kms";
import { lambda } from "./lambda";
import { lambdaEvents } from "./lambda-events";
import { lambdaVersions } from "./lambda-versions";
import { logs } from "./logs";
import type { AnyModel, GraphRule, InvokeModel, ServiceModels } from "./model";
import { everyProviderIsExplicit } from "./provider";
import { route53 } from "./route53";
import { s3 } from "./s3";
import { scheduler } from "./scheduler";
import { sns } from "./sns";
import { sts } from "./sts";
import { vpc } from "./vpc";

const SERVICES: readonly ServiceModels[] = [acm, apigateway, backup, cloudwatch, dynamodb, firehose, iam, kms, lambda, lambdaEvents, lambdaVersions, logs, route53, s3, scheduler, sns, sts, vpc];

/** Every resource type that the twin knows, by its token. */
export const RESOURCE_MODELS: ReadonlyMap<string, AnyModel> = new Map(
  SERVICES.flatMap(({ resources }) => resources).map((model) => [model.type, model]),
);

/** Every invoke that the twin answers, by its token. */
export const INVOKE_MODELS: ReadonlyMap<string, InvokeModel> = new Map(
  SERVICES.flatMap(({ invokes = [] }) => invokes).map((model) => [model.token, model]),
);

/** What only the whole graph shows: rules across resources. */
export const GRAPH_RULES: readonly GraphRule[] = [everyProviderIsExplicit, ...SERVICES.flatMap(({ graph }) => (graph ? [graph] : []))];
