import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import type { Refusal } from "../errors";

const type = (kind: string): string => `aws:s3/${kind.slice(0, 1).toLowerCase()}${kind.slice(1)}:${kind}`;
const BUCKET = type("Bucket");
const VERSIONING = type("BucketVersioning");
const ENCRYPTION = type("BucketServerSideEncryptionConfiguration");
const REPLICATION = type("BucketReplicationConfig");

/** Of these S3 keeps one for a bucket; a second resource overwrites the first for ever. */
const ONE_EACH = [
  VERSIONING,
  ENCRYPTION,
  REPLICATION,
  ...["BucketPublicAccessBlock", "BucketOwnershipControls", "BucketPolicy", "BucketLifecycleConfiguration", "BucketLogging"].map(type),
];

const refuse = ({ urn }: GraphResource, code: string, property: string, message: string): Refusal => ({ code: `s3.${code}`, resource: urn, property, message });

/** Inputs are plain JSON whose types no compiler has seen. */
type Loose = { readonly [name: string]: Loose } | undefined;
const loose = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : undefined); // see Loose
const listOf = (value: unknown): readonly Loose[] => (Array.isArray(value) ? value.map(loose) : []);

const bucketNamed = (graph: Graph, name: unknown): GraphResource | undefined => ofType(graph, BUCKET).find(({ outputs }) => outputs["bucket"] === name);

const aboutBucket = (graph: Graph, kind: string, name: unknown): GraphResource | undefined => ofType(graph, kind).find(({ inputs }) => inputs["bucket"] === name);

/** "General purpose bucket naming rules": a name is one for all accounts and regions. */
function namesTaken(graph: Graph): readonly Refusal[] {
  const buckets = ofType(graph, BUCKET);
  return buckets
    .filter(({ outputs }, index) => buckets.findIndex((other) => other.outputs["bucket"] === outputs["bucket"]) !== index)
    .map((bucket) => refuse(bucket, "name-taken", "bucket", `got ${String(bucket.outputs["bucket"])}, which another bucket has; names are global, so put region and account in`));
}

function oneEach(graph: Graph): readonly Refusal[] {
  return ONE_EACH.flatMap((kind) => {
    const all = ofType(graph, kind);
    return all
      .filter(({ inputs }, index) => all.findIndex((other) => other.inputs["bucket"] === inputs["bucket"]) !== index)
      .map((second) => refuse(second, "twice", "bucket", `got a second ${kind.split(":")[1] ?? kind} of ${String(second.inputs["bucket"])}; each overwrites the other, so make one`));
  });
}

/** All that a resource waits for, through whatever is between. */
export function waitsFor(graph: Graph, resource: GraphResource): ReadonlySet<string> {
  const byUrn = new Map(graph.resources.map((one) => [one.urn, one]));
  const found = new Set<string>();
  const open = [...resource.dependsOn];
  for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
    if (found.has(urn)) continue;
    found.add(urn);
    open.push(...(byUrn.get(urn)?.dependsOn ?? []));
  }
  return found;
}

/** "Replication requirements": both buckets keep versions before replication is configured. */
function replicationNeedsVersions(graph: Graph): readonly Refusal[] {
  return ofType(graph, REPLICATION).flatMap((config) => {
    const before = waitsFor(graph, config);
    const targets = listOf(config.inputs["rules"]).map((rule) => String(rule?.["destination"]?.["bucket"]).split(":").slice(-1)[0]);
    return [...new Set([String(config.inputs["bucket"]), ...targets])].flatMap((name) => {
      if (!bucketNamed(graph, name)) return [];
      const versioning = aboutBucket(graph, VERSIONING, name);
      const status: unknown = loose(versioning?.inputs["versioningConfiguration"])?.["status"];
      if (!versioning || status !== "Enabled") {
        return [refuse(config, "replication-versioning", "bucket", `${String(name)} keeps no versions; replication needs BucketVersioning Enabled on both sides`)];
      }
      if (before.has(versioning.urn)) return [];
      return [refuse(config, "replication-order", "bucket", `does not wait for the versioning of ${String(name)}; name it in dependsOn, or S3 refuses whenever it comes first`)];
    });
  });
}

/** "ReplicaKmsKeyID": a key of the destination's region. */
function replicaKeys(graph: Graph): readonly Refusal[] {
  return ofType(graph, REPLICATION).flatMap((config) =>
    listOf(config.inputs["rules"]).flatMap((rule) => {
      const destination = rule?.["destination"];
      const key: unknown = destination?.["encryptionConfiguration"]?.["replicaKmsKeyId"];
      const target = bucketNamed(graph, String(destination?.["bucket"]).split(":").slice(-1)[0]);
      const there = typeof key === "string" && key.startsWith("arn:") ? key.split(":")[3] : undefined;
      if (!target || there === undefined || there === target.region) return [];
      return [refuse(config, "replication-kms-region", "rules", `replicaKmsKeyId: got a key of ${there} for replicas in ${String(target.region)}; give one of that region`)];
    }),
  );
}

/** "Enabling Amazon S3 server access logging": the target is in the same region and encrypts with S3's own keys. */
function loggingTargets(graph: Graph): readonly Refusal[] {
  return ofType(graph, type("BucketLogging")).flatMap((logging) => {
    const name = logging.inputs["targetBucket"];
    const target = bucketNamed(graph, name);
    if (!target) return [];
    const found: Refusal[] = [];
    if (target.region !== logging.region) {
      found.push(refuse(logging, "logging-region", "targetBucket", `got ${String(name)} of ${String(target.region)} for a bucket of ${String(logging.region)}; use one of the same region`));
    }
    const [rule] = listOf(aboutBucket(graph, ENCRYPTION, name)?.inputs["rules"]);
    const algorithm: unknown = rule?.["applyServerSideEncryptionByDefault"]?.["sseAlgorithm"];
    if (algorithm !== undefined && algorithm !== "AES256") {
      found.push(refuse(logging, "logging-encryption", "targetBucket", `got ${String(name)}, which encrypts with ${String(algorithm)}; log delivery needs AES256`));
    }
    return found;
  });
}

/** What only shows across resources. */
export const graphRules = (graph: Graph): readonly Refusal[] =>
  [namesTaken, oneEach, replicationNeedsVersions, replicaKeys, loggingTargets].flatMap((rule) => rule(graph));
