import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isoTime } from "../lambda/shared/clock";
import type { Cloud } from "../twin/cloud";
import { credentials } from "../twin/services/auth/index";
import { PlatformError } from "./errors";

/**
 * `.twin/credentials.json`: credentials of a user that the twin has invented, good for nothing else. The format is that
 * of a `credential_process`, so the AWS CLI and the SDKs read it: `credential_process = cat .twin/credentials.json`.
 */
export interface CredentialsFile {
  readonly Version: 1;
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken: string;
  /** ISO 8601. */
  readonly Expiration: string;
}

/** GetSessionToken gives a user's sessions at most 36 hours. STS API reference. */
const LIFETIME_MS = 36 * 3_600_000;

export const credentialsPath = (directory: string): string => join(directory, "credentials.json");

/** Invents a user's session with a second factor, as the STS endpoint of `stsRegion` would issue it. */
export function testCredentials(cloud: Cloud, stsRegion: string): CredentialsFile {
  const expiresAt = cloud.kernel.now() + LIFETIME_MS;
  const principal = `arn:aws:iam::${cloud.accountId}:user/tester`;
  const { accessKeyId, secretAccessKey, sessionToken } = credentials(cloud).issue({ principal, stsEndpoint: stsRegion, expiresAt, place: { mfa: true } });
  return { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: isoTime(expiresAt) };
}

/** Only its owner may read it. A reader sees the old file or the new one. */
export function writeCredentials(directory: string, file: CredentialsFile): void {
  mkdirSync(directory, { recursive: true });
  const draft = `${credentialsPath(directory)}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, credentialsPath(directory));
}

export const removeCredentials = (directory: string): void => rmSync(credentialsPath(directory), { force: true });

/**
 * Undefined where there is no file: the running stack wants no signatures.
 * @throws PlatformError RUN_FILE_MALFORMED
 */
export function readCredentials(directory: string): CredentialsFile | undefined {
  const path = credentialsPath(directory);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const file = parsed(text);
  const fields = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"] as const;
  if (!file || fields.some((field) => typeof file[field] !== "string")) {
    throw new PlatformError("RUN_FILE_MALFORMED", `${path}: needs ${fields.join(", ")}; delete it and start the twin again with: npm start`);
  }
  return file as CredentialsFile; // its fields were just looked at
}

function parsed(text: string): Partial<CredentialsFile> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
