import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { remembered } from "../../../rules/remembered";
import type { Cloud } from "../../cloud";
import type { AccessRequest, AccessRules } from "../../cloud";
import { AwsError } from "../../errors";
import { arn } from "../../models/ids";
import { followKeyFaults } from "./key-faults";

/** What a key may be used for now. KMS developer guide, "Key states of AWS KMS keys". */
export type KeyState = "Enabled" | "Disabled" | "PendingDeletion";

export interface KeySpec {
  readonly keyId: string;
  readonly arn: string;
  readonly description: string;
  readonly enabled: boolean;
  /** The key policy, JSON. */
  readonly policy: string;
}

export interface LiveKey extends KeySpec {
  readonly state: KeyState;
}

interface KeyInput {
  readonly KeyId?: string;
}
interface DecryptInput {
  readonly CiphertextBlob?: Uint8Array | string;
  readonly KeyId?: string;
}
interface DataKeyInput extends KeyInput {
  readonly KeySpec?: "AES_128" | "AES_256";
  readonly NumberOfBytes?: number;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 36;

const KEPT_REFERENCES = 1000;

/** KMS in one region: its keys, their states and aliases. SDK operations are published under `kms`. */
export class Kms {
  private readonly keys = new Map<string, LiveKey>();
  private readonly aliases = new Map<string, string>();
  /** The ids of keys by how they were referred to before, {@link KEPT_REFERENCES} of them. */
  private readonly references = new Map<string, string>();
  private readonly followFaults: () => void;

  constructor(
    private readonly cloud: Cloud,
    private readonly region: string,
  ) {
    this.followFaults = followKeyFaults(cloud, region, {
      all: () => this.keys.values(),
      find: (reference) => this.key(reference),
      setState: (keyId, state) => this.setState(keyId, state),
    });
    cloud.publish("kms", region, {
      DescribeKey: ({ KeyId }: KeyInput) => ({ KeyMetadata: metadata(this.find(KeyId), cloud.accountId) }),
      ListKeys: () => ({ Keys: [...this.keys.values()].map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })), Truncated: false }),
      ListAliases: () => ({ Aliases: this.listAliases(), Truncated: false }),
      GetKeyPolicy: ({ KeyId }: KeyInput) => ({ Policy: this.find(KeyId).policy, PolicyName: "default" }),
      EnableKey: ({ KeyId }: KeyInput) => this.switchTo(KeyId, "Enabled"),
      DisableKey: ({ KeyId }: KeyInput) => this.switchTo(KeyId, "Disabled"),
      ScheduleKeyDeletion: ({ KeyId }: KeyInput) => this.scheduleDeletion(KeyId),
      CancelKeyDeletion: ({ KeyId }: KeyInput) => this.cancelDeletion(KeyId),
      GenerateDataKey: (input: DataKeyInput) => this.generateDataKey(input),
      Decrypt: (input: DecryptInput) => this.decrypt(input),
    }, this.access());
  }

  /** "Actions, resources, and condition keys for AWS Key Management Service": each operation is an action on its key. */
  private access(): AccessRules {
    const on = (operation: string) => {
      const action = `kms:${operation}`;
      return ({ KeyId = "" }: KeyInput): readonly AccessRequest[] => [{ action, resource: this.key(KeyId)?.arn ?? KeyId }];
    };
    const everywhere = (operation: string) => (): readonly AccessRequest[] => [{ action: `kms:${operation}`, resource: "*" }];
    const ofKey = ["DescribeKey", "GetKeyPolicy", "EnableKey", "DisableKey", "ScheduleKeyDeletion", "CancelKeyDeletion", "GenerateDataKey"];
    return {
      needs: {
        ...Object.fromEntries(ofKey.map((name) => [name, on(name)])),
        ListKeys: everywhere("ListKeys"),
        ListAliases: everywhere("ListAliases"),
        Decrypt: ({ CiphertextBlob }: DecryptInput) => on("Decrypt")({ KeyId: keyIdIn(bufferOf(CiphertextBlob)) }),
      },
    };
  }

  createKey(spec: KeySpec): void {
    this.keys.set(spec.keyId, { ...spec, state: spec.enabled ? "Enabled" : "Disabled" });
    this.followFaults();
    this.changed();
  }

  createAlias(name: string, keyId: string): void {
    if (this.aliases.has(name)) throw new AwsError("AlreadyExistsException", `An alias with the name ${name} already exists (${this.region})`);
    this.aliases.set(name, keyId);
  }

  /** A key by id, ARN or alias; undefined where this region has none. */
  key(reference: string): LiveKey | undefined {
    const known = this.references.get(reference);
    if (known !== undefined) return this.keys.get(known);
    const keyId = this.keyId(reference);
    const key = keyId === undefined ? undefined : this.keys.get(keyId);
    // Neither a key nor an alias ever goes.
    if (key && this.references.size < KEPT_REFERENCES) this.references.set(reference, key.keyId);
    return key;
  }

  private keyId(reference: string): string | undefined {
    const parts = reference.startsWith("arn:") ? reference.split(":") : undefined;
    if (parts && parts[3] !== this.region) return undefined;
    const local = parts ? parts.slice(5).join(":") : reference;
    return local.startsWith("alias/") ? this.aliases.get(local) : local.replace(/^key\//, "");
  }

  /** Changes what a key may be used for: a fault of the key. Throws NotFoundException. */
  setState(reference: string, state: KeyState): void {
    const key = this.find(reference);
    this.keys.set(key.keyId, { ...key, state });
    this.cloud.kernel.record("kms.state", { region: this.region, key: key.arn, state });
    this.changed();
  }

  /** Calls `listener` after every new key and every change of a key's state. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private readonly listeners = new Set<() => void>();

  /** The key, if it can be used now. Throws DisabledException, KMSInvalidStateException or NotFoundException. */
  usable(reference: string): LiveKey {
    const key = this.find(reference);
    if (key.state === "Disabled") throw new AwsError("DisabledException", `${key.arn} is disabled.`);
    if (key.state === "PendingDeletion") throw new AwsError("KMSInvalidStateException", `${key.arn} is pending deletion.`);
    return key;
  }

  private find(reference: string | undefined): LiveKey {
    const key = reference === undefined ? undefined : this.key(reference);
    if (key) return key;
    const given = reference ?? "";
    const named = given.startsWith("arn:") ? given : arn("kms", this.region, this.cloud.accountId, given.startsWith("alias/") ? given : `key/${given}`);
    throw new AwsError("NotFoundException", given.startsWith("alias/") ? `Alias ${named} is not found.` : `Key '${named}' does not exist`);
  }

  private listAliases(): readonly object[] {
    return [...this.aliases].map(([AliasName, TargetKeyId]) => ({ AliasName, AliasArn: arn("kms", this.region, this.cloud.accountId, AliasName), TargetKeyId }));
  }

  private switchTo(reference: string | undefined, state: "Enabled" | "Disabled"): object {
    const key = this.find(reference);
    if (key.state === "PendingDeletion") this.usable(key.keyId);
    this.setState(key.keyId, state);
    return {};
  }

  private scheduleDeletion(reference: string | undefined): object {
    const key = this.find(reference);
    if (key.state === "PendingDeletion") this.usable(key.keyId);
    this.setState(key.keyId, "PendingDeletion");
    return { KeyId: key.arn, KeyState: "PendingDeletion" };
  }

  private cancelDeletion(reference: string | undefined): object {
    const key = this.find(reference);
    if (key.state !== "PendingDeletion") throw new AwsError("KMSInvalidStateException", `${key.arn} is not pending deletion.`);
    // KMS API reference, "CancelKeyDeletion": the key comes back disabled.
    this.setState(key.keyId, "Disabled");
    return { KeyId: key.arn };
  }

  private generateDataKey({ KeyId, KeySpec, NumberOfBytes }: DataKeyInput): object {
    const key = this.usable(KeyId ?? "");
    const bytes = NumberOfBytes ?? (KeySpec === "AES_128" ? 16 : 32);
    const Plaintext = this.draw(bytes);
    return { KeyId: key.arn, Plaintext, CiphertextBlob: this.seal(key, Plaintext) };
  }

  /** The blob names its key, as KMS's does. */
  private seal(key: LiveKey, plaintext: Uint8Array): Uint8Array {
    const iv = this.draw(IV_BYTES);
    const cipher = createCipheriv("aes-256-gcm", material(key), iv);
    const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return new Uint8Array(Buffer.concat([Buffer.from(key.keyId, "latin1"), iv, cipher.getAuthTag(), body]));
  }

  private decrypt({ CiphertextBlob, KeyId }: DecryptInput): object {
    const blob = bufferOf(CiphertextBlob);
    const key = this.key(keyIdIn(blob));
    if (!key) throw new AwsError("InvalidCiphertextException", "");
    if (KeyId !== undefined && this.find(KeyId).keyId !== key.keyId) throw new AwsError("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.");
    this.usable(key.keyId);
    const [iv, tag, body] = [blob.subarray(KEY_ID_BYTES, KEY_ID_BYTES + IV_BYTES), blob.subarray(KEY_ID_BYTES + IV_BYTES, KEY_ID_BYTES + IV_BYTES + TAG_BYTES), blob.subarray(KEY_ID_BYTES + IV_BYTES + TAG_BYTES)];
    try {
      const decipher = createDecipheriv("aes-256-gcm", material(key), iv).setAuthTag(tag);
      return { KeyId: key.arn, Plaintext: new Uint8Array(Buffer.concat([decipher.update(body), decipher.final()])) };
    } catch {
      throw new AwsError("InvalidCiphertextException", "");
    }
  }

  private draw(bytes: number): Uint8Array {
    const random = this.cloud.kernel.random(`kms/${this.region}`);
    return Uint8Array.from({ length: bytes }, () => random.below(256));
  }
}

/** Over the wire the blob comes in base64. */
const bufferOf = (blob: Uint8Array | string | undefined): Buffer => (typeof blob === "string" ? Buffer.from(blob, "base64") : Buffer.from(blob ?? []));

const keyIdIn = (blob: Buffer): string => blob.subarray(0, KEY_ID_BYTES).toString("latin1");

const material = ({ arn: of }: LiveKey): Buffer => createHash("sha256").update(`key material of ${of}`).digest();

const metadata = ({ keyId, arn: Arn, description, state }: LiveKey, AWSAccountId: string): object => ({
  AWSAccountId,
  KeyId: keyId,
  Arn,
  Description: description,
  Enabled: state === "Enabled",
  KeyState: state,
  KeyUsage: "ENCRYPT_DECRYPT",
  KeySpec: "SYMMETRIC_DEFAULT",
  KeyManager: "CUSTOMER",
  Origin: "AWS_KMS",
  MultiRegion: false,
});

/** KMS of a region, made on first use. */
export const kms = (cloud: Cloud, region: string): Kms => cloud.service("kms", region, () => new Kms(cloud, region));

const regionOf = remembered((keyArn) => keyArn.split(":")[3] ?? "");

/** The KMS of the region that an ARN names. Throws NotFoundException where it is no ARN. */
export function kmsOf(cloud: Cloud, keyArn: string): Kms {
  const region = regionOf(keyArn);
  if (!region) throw new AwsError("NotFoundException", `Invalid arn ${keyArn}`);
  return kms(cloud, region);
}
