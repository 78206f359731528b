import { createHash } from "node:crypto";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * Values as the Pulumi engine writes them into protobuf Structs. The sentinels are constants of the engine's protocol
 * (pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go and sdk/go/common/resource/sig).
 */
export type Props = Record<string, unknown>;

/** A value that is not known before the deployment. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", // boolean
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421", // number
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2", // array
  "030794c1-ac77-496b-92df-f27374a8bd58", // asset
  "e48ece36-62e2-4504-bad9-02848725956a", // archive
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", // object
]);

/** Marks an object that stands for something else; the value says what. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

const isRecord = (value: unknown): value is Props => typeof value === "object" && value !== null && !Array.isArray(value);

export const containsUnknown = (value: unknown): boolean =>
  UNKNOWNS.has(value) ||
  (Array.isArray(value) && value.some(containsUnknown)) ||
  (isRecord(value) && Object.values(value).some(containsUnknown));

/** Plain values: secrets unwrapped, archives as AssetRef (see twin/deploy/graph.ts). */
export function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isRecord(value)) return value;
  if (value[SIGNATURE] === SECRET) return decode(value["value"]);
  if (value[SIGNATURE] === ARCHIVE && isRecord(value["assets"])) return { files: files(value["assets"]) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

const textOf = (asset: unknown): string => (isRecord(asset) && typeof asset["text"] === "string" ? asset["text"] : "");
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");

const files = (assets: Props): Props =>
  Object.fromEntries(
    Object.entries(assets).map(([name, asset]) => {
      const text = textOf(asset);
      return [name, { sha256: hash(text), bytes: Buffer.byteLength(text) }];
    }),
  );

/** The contents of a value's archives by their SHA-256, as AssetRef names them. */
export function archiveTexts(value: unknown): readonly (readonly [string, string])[] {
  if (Array.isArray(value)) return value.flatMap(archiveTexts);
  if (!isRecord(value)) return [];
  if (value[SIGNATURE] === ARCHIVE && isRecord(value["assets"])) return Object.values(value["assets"]).map(textOf).map((text) => [hash(text), text]);
  return Object.values(value).flatMap(archiveTexts);
}

export const fromStruct = (struct: Struct | undefined): Props => struct?.toJavaScript() ?? {};

/** Undefined members cannot be written; JSON drops them. */
export const toStruct = (props: Props): Struct => Struct.fromJavaScript(JSON.parse(JSON.stringify(props)) as Parameters<typeof Struct.fromJavaScript>[0]); // plain JSON by construction

/** Text that is the same for equal values, whatever the order of their keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  ) ?? "undefined";

/** `@pulumi/aws` writes provider arguments that are no strings as JSON text. */
export function providerArgument(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
