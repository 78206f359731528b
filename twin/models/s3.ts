import type * as s3args from "@pulumi/aws/s3";
import {
  bucketNameViolations,
  bucketPolicyViolations,
  encryptionViolations,
  ownershipViolations,
  publicAccessViolations,
  versioningViolations,
} from "../../rules/s3";
import { lifecycleViolations } from "../../rules/s3-lifecycle";
import { replicationViolations } from "../../rules/s3-replication";
import { iam } from "../services/iam/index";
import { bucketArn } from "../services/s3/access";
import { s3 as service, type Bucket } from "../services/s3/index";
import type { Cloud } from "../cloud";
import { stableId } from "./ids";
import { defineModel, type LiveResource, type ServiceModels } from "./model";
import { graphRules } from "./s3-graph";
import { toEncryption, toReplicationRule } from "./s3-inputs";

/** What old programs wrote into the bucket itself: the provider wants resources of their own. */
const SEPARATE = ["acl", "corsRules", "grants", "lifecycleRules", "logging", "policy", "replicationConfiguration", "serverSideEncryptionConfiguration", "versioning", "website"] as const;

const bucket = defineModel<s3args.BucketArgs>({
  type: "aws:s3/bucket:Bucket",
  check: (inputs) => [
    ...bucketNameViolations(inputs.bucket),
    ...SEPARATE.filter((property) => inputs[property] !== undefined).map((property) => ({
      code: "s3.deprecated",
      property,
      message: `got ${property} on the bucket, which is deprecated and fights with the resource of its own; use that one`,
    })),
  ],
  outputs(inputs, { name, region }) {
    const id = inputs.bucket ?? `${name.toLowerCase()}-${stableId(7, name, region)}`;
    return {
      id,
      outputs: {
        bucket: id,
        arn: bucketArn(id),
        region,
        bucketRegion: region,
        bucketDomainName: `${id}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
        forceDestroy: inputs.forceDestroy ?? false,
      },
    };
  },
  replaceOn: ["bucket", "bucketPrefix", "objectLockEnabled", "region"],
  live({ resource }, cloud) {
    service(cloud, resource.region ?? "").createBucket(resource.id);
  },
});

/** The bucket that a resource about it means. */
const live = ({ resource }: Pick<LiveResource<unknown>, "resource">, cloud: Cloud): Bucket =>
  service(cloud, resource.region ?? "").bucket(String(resource.inputs["bucket"]));

/** Their id is the bucket's name. */
const asBucket = ({ bucket: id }: { readonly bucket: unknown }, more: Readonly<Record<string, unknown>> = {}) => ({ id: String(id), outputs: more });

const versioning = defineModel<s3args.BucketVersioningArgs>({
  type: "aws:s3/bucketVersioning:BucketVersioning",
  check: ({ versioningConfiguration }) => versioningViolations(versioningConfiguration),
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
  live(resource, cloud) {
    const { status } = resource.inputs.versioningConfiguration;
    live(resource, cloud).versioning = status === "Enabled" || status === "Suspended" ? status : undefined;
  },
});

const encryption = defineModel<s3args.BucketServerSideEncryptionConfigurationArgs>({
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  check: ({ rules }, { region }) => encryptionViolations(rules, region),
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
  live(resource, cloud) {
    const [rule] = resource.inputs.rules;
    live(resource, cloud).encryption = toEncryption(rule);
    live(resource, cloud).takesCustomerKeys = rule?.blockedEncryptionTypes?.includes("NONE") ?? false;
  },
});

const publicAccessBlock = defineModel<s3args.BucketPublicAccessBlockArgs>({
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  check: (inputs) => publicAccessViolations(inputs),
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
});

const ownershipControls = defineModel<s3args.BucketOwnershipControlsArgs>({
  type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  check: ({ rule }) => ownershipViolations(rule.objectOwnership),
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
});

/** Policies come as text or as an object. */
const textOf = (policy: unknown): string => (typeof policy === "string" ? policy : JSON.stringify(policy));

const policy = defineModel<s3args.BucketPolicyArgs>({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  check: (inputs) => bucketPolicyViolations(textOf(inputs.policy)),
  outputs: (inputs) => asBucket(inputs, { policy: textOf(inputs.policy) }),
  replaceOn: ["bucket", "region"],
  live(resource, cloud) {
    iam(cloud).putResourcePolicy(bucketArn(live(resource, cloud).name), textOf(resource.inputs.policy));
  },
});

const lifecycle = defineModel<s3args.BucketLifecycleConfigurationArgs>({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  check: ({ rules = [] }) => lifecycleViolations(rules),
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
});

const replication = defineModel<s3args.BucketReplicationConfigArgs>({
  type: "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  check: ({ rules }) => replicationViolations(rules),
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
  live(resource, cloud) {
    const { rules, role } = resource.inputs;
    live(resource, cloud).replicate(rules.map(toReplicationRule), role);
  },
});

const logging = defineModel<s3args.BucketLoggingArgs>({
  type: "aws:s3/bucketLogging:BucketLogging",
  check: ({ bucket: source, targetBucket }) =>
    source === targetBucket ? [{ code: "s3.logging-loop", property: "targetBucket", message: `got ${targetBucket}, the logged bucket itself: each log would make another; use another bucket` }] : [],
  outputs: (inputs) => asBucket(inputs),
  replaceOn: ["bucket", "region"],
});

/** Simple Storage Service. */
export const s3: ServiceModels = {
  resources: [bucket, versioning, encryption, publicAccessBlock, ownershipControls, policy, lifecycle, replication, logging],
  graph: graphRules,
};
