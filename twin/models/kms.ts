import type { AliasArgs, KeyArgs } from "@pulumi/aws/kms";
import { aliasViolations, keyViolations } from "../../rules/kms";
import { ofType, type Graph } from "../deploy/graph";
import type { Refusal } from "../errors";
import { iam } from "../services/iam/index";
import { kms as service } from "../services/kms/index";
import { arn, stableId } from "./ids";
import { defineModel, type Place, type ServiceModels } from "./model";

const ALIAS = "aws:kms/alias:Alias";

/** A key's id looks like a UUID. KMS developer guide, "Key identifiers (KeyId)". */
const keyIdOf = (place: Place): string => {
  const hex = stableId(32, "kms-key", place.accountId, place.region, place.name);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const key = defineModel<KeyArgs>({
  type: "aws:kms/key:Key",
  check(inputs) {
    if (inputs.multiRegion !== true) return keyViolations(inputs);
    return [...keyViolations(inputs), { code: "twin.not-modelled", property: "multiRegion", message: "the twin models single-Region keys only" }];
  },
  outputs(inputs, place) {
    const keyId = keyIdOf(place);
    return {
      id: keyId,
      outputs: {
        keyId,
        arn: arn("kms", place.region, place.accountId, `key/${keyId}`),
        keyUsage: inputs.keyUsage ?? "ENCRYPT_DECRYPT",
        customerMasterKeySpec: inputs.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT",
        isEnabled: inputs.isEnabled ?? true,
        enableKeyRotation: inputs.enableKeyRotation ?? false,
        rotationPeriodInDays: inputs.rotationPeriodInDays ?? 365,
        multiRegion: false,
        policy: inputs.policy ?? "",
      },
    };
  },
  replaceOn: ["multiRegion", "keyUsage", "customerMasterKeySpec", "customKeyStoreId", "xksKeyId", "region"],
  live({ inputs, outputs, resource }, cloud) {
    service(cloud, resource.region ?? "").createKey({
      keyId: resource.id,
      arn: String(outputs["arn"]),
      description: inputs.description ?? "",
      enabled: inputs.isEnabled ?? true,
      policy: inputs.policy ?? "",
    });
    if (inputs.policy !== undefined) iam(cloud).putResourcePolicy(String(outputs["arn"]), inputs.policy, "key");
  },
});

const alias = defineModel<AliasArgs>({
  type: ALIAS,
  check: ({ name }) => aliasViolations(name),
  outputs(inputs, { accountId, region, name }) {
    const alias = inputs.name ?? `alias/${name}`;
    const of = String(inputs.targetKeyId);
    const [targetKeyId = of] = of.split("/").slice(-1);
    return {
      id: alias,
      outputs: { name: alias, arn: arn("kms", region, accountId, alias), targetKeyId, targetKeyArn: arn("kms", region, accountId, `key/${targetKeyId}`) },
    };
  },
  replaceOn: ["name", "namePrefix", "region"],
  live({ outputs, resource }, cloud) {
    service(cloud, resource.region ?? "").createAlias(String(outputs["name"]), String(outputs["targetKeyId"]));
  },
});

/** An alias is unique in its account and region. */
function graph(graph: Graph): readonly Refusal[] {
  const seen = new Set<string>();
  return ofType(graph, ALIAS).flatMap(({ urn, region, outputs }) => {
    const name = String(outputs["name"]);
    const place = `${region ?? ""}/${name}`;
    const taken = seen.has(place);
    seen.add(place);
    return taken ? [{ code: "kms.alias-taken", resource: urn, property: "name", message: `got ${name}, which another key of ${String(region)} has` }] : [];
  });
}

/** Key Management Service. */
export const kms: ServiceModels = { resources: [key, alias], graph };
