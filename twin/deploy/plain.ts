import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { AssetRef } from "./graph";

/** How a secret arrives in a mock: an envelope around the whole property. */
const ENVELOPE = "4dabf18193072939515e22adb298388d";

/** Unwraps secrets; archives must have been resolved by {@link storeArchives} before. */
export function plain(value: Readonly<Record<string, unknown>>): { readonly values: Record<string, unknown>; readonly secrets: readonly string[] } {
  const secrets: string[] = [];
  const values = Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (isEnvelope(item)) secrets.push(key);
      return [key, unwrap(item)];
    }),
  );
  return { values, secrets };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

const isEnvelope = (value: unknown): value is { value: unknown } => isRecord(value) && ENVELOPE in value && "value" in value;

function unwrap(value: unknown): unknown {
  if (isEnvelope(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)]));
  return value;
}

/**
 * Replaces archives by references and puts their contents into `blobs`. Only archives of text in memory are known: the
 * program bundles its functions itself. Throws a TypeError for any other asset.
 */
export async function storeArchives(inputs: Readonly<Record<string, unknown>>, blobs: Map<string, string>): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    Object.entries(inputs).map(async ([key, value]) => {
      if (pulumi.asset.AssetArchive.isInstance(value)) return [key, await archiveRef(value as pulumi.asset.AssetArchive, blobs)] as const; // isInstance is no type guard for this class
      if (pulumi.asset.Asset.isInstance(value)) throw new TypeError(`${key}: the twin reads archives of StringAssets, not single assets`);
      return [key, value] as const;
    }),
  );
  return Object.fromEntries(entries);
}

async function archiveRef(archive: pulumi.asset.AssetArchive, blobs: Map<string, string>): Promise<AssetRef> {
  const files: Record<string, { sha256: string; bytes: number }> = {};
  for (const [name, asset] of Object.entries(await archive.assets)) {
    if (!(asset instanceof pulumi.asset.StringAsset)) throw new TypeError(`${name}: the twin reads StringAssets only`);
    const text = await asset.text;
    const sha256 = createHash("sha256").update(text).digest("hex");
    blobs.set(sha256, text);
    files[name] = { sha256, bytes: Buffer.byteLength(text) };
  }
  return { files };
}
