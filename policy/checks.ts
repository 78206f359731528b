import { basePathViolations, domainViolations, endpointViolations, methodPathViolations, methodSettingsViolations, stageNameViolations } from "../rules/apigateway";
import { documentViolations } from "../rules/apigateway-document";
import { aclCautions, deletionCautions, indexKeyCautions, logRetentionCautions, permissionCautions } from "../rules/cautions";
import { alarmObjections, logGroupObjections } from "../rules/cloudwatch";
import { tableObjections, type TableRules } from "../rules/dynamodb";
import { functionObjections } from "../rules/lambda";
import { permissionObjections } from "../rules/lambda-permission";
import { healthCheckViolations, type HealthCheckInputs } from "../rules/route53";
import { recordViolations, type RecordInputs } from "../rules/route53-records";
import { bucketNameViolations, publicAccessViolations } from "../rules/s3";
import { replicationViolations, type ReplicationRule } from "../rules/s3-replication";
import { fields, list, text } from "../rules/stack";
import type { Objection, Place, Values } from "./objection";

/** A rule of rules/ and the resources whose inputs it takes. */
export interface Check {
  readonly types: readonly string[];
  find(values: Values, place: Place): readonly Objection[];
}

const inRegion = ({ region }: Place, find: (region: string) => readonly Objection[]): readonly Objection[] => (region === undefined ? [] : find(region));

/** Inputs of a resource type have that type's shape: the engine's provider has checked them against its schema. */
const shaped = <T>(values: Values): T => values as unknown as T; // see above

/** Everything that rules/ says about single resources, by resource type. */
export const CHECKS = {
  function: { types: ["aws:lambda/function:Function"], find: (values) => functionObjections({ ...values, variables: shaped(fields(fields(values["environment"])["variables"])) }) },
  permission: { types: ["aws:lambda/permission:Permission"], find: (values) => [...permissionObjections(values), ...permissionCautions(values)] },
  healthCheck: { types: ["aws:route53/healthCheck:HealthCheck"], find: (values) => healthCheckViolations(shaped<HealthCheckInputs>(values)) },
  record: { types: ["aws:route53/record:Record"], find: (values) => recordViolations(shaped<RecordInputs>(values)) },
  alarm: { types: ["aws:cloudwatch/metricAlarm:MetricAlarm"], find: (values, place) => inRegion(place, (region) => alarmObjections(values, region)) },
  logGroup: { types: ["aws:cloudwatch/logGroup:LogGroup"], find: (values) => [...logGroupObjections(values), ...logRetentionCautions(values)] },
  table: {
    types: ["aws:dynamodb/table:Table"],
    find: (values, place) => [...inRegion(place, (region) => tableObjections(shaped<TableRules>(values), region)), ...indexKeyCautions(values), ...deletionCautions(values, place)],
  },
  replication: {
    types: ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws:s3/bucketReplicationConfiguration:BucketReplicationConfiguration"],
    find: ({ rules }) => replicationViolations(shaped<{ readonly rules: readonly ReplicationRule[] }>({ rules: list(rules) }).rules),
  },
  publicAccess: { types: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"], find: publicAccessViolations },
  bucket: {
    types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2", "aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2"],
    find: (values) => aclCautions(values),
  },
  bucketName: { types: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"], find: ({ bucket }) => bucketNameViolations(text(bucket)) },
  restApi: {
    types: ["aws:apigateway/restApi:RestApi"],
    find: ({ body, endpointConfiguration }, place) => [...endpointViolations(fields(endpointConfiguration)), ...(body === undefined ? [] : inRegion(place, (region) => documentViolations(body, region)))],
  },
  domainName: { types: ["aws:apigateway/domainName:DomainName"], find: (values, place) => inRegion(place, (region) => domainViolations({ domainName: undefined, ...values }, region)) },
  stage: { types: ["aws:apigateway/stage:Stage"], find: ({ stageName }) => stageNameViolations(stageName) },
  methodSettings: { types: ["aws:apigateway/methodSettings:MethodSettings"], find: ({ methodPath, settings }) => [...methodPathViolations(methodPath), ...methodSettingsViolations(fields(settings))] },
  basePath: { types: ["aws:apigateway/basePathMapping:BasePathMapping"], find: ({ basePath }) => basePathViolations(basePath) },
} as const satisfies Readonly<Record<string, Check>>;
