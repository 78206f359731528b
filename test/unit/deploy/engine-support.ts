import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as grpc from "@grpc/grpc-js";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Account } from "../../../twin/deploy/engine/account";
import { TwinProvider } from "../../../twin/deploy/engine/provider";
import { toStruct, type Props } from "../../../twin/deploy/engine/wire";

export const ACCOUNT = "123456789012";
export const TOPIC = "aws:sns/topic:Topic";
export const ROLE = "aws:iam/role:Role";

/** What a call of the protocol ends with. */
export class Failed extends Error {
  constructor(
    readonly code: grpc.status | undefined,
    message: string,
  ) {
    super(message);
  }
}

export interface Engine {
  /** Where the account is kept. */
  readonly file: string;
  readonly account: Account;
  readonly provider: TwinProvider;
  /** Calls a handler of the protocol as the peer, by default one that is configured for us-east-2. Throws {@link Failed}. */
  call<Response>(method: string, request: unknown, peer?: string): Response;
  configure(peer: string, region: string, tags?: Readonly<Record<string, string>>): void;
  remove(): void;
}

export const PEER = "ipv4:127.0.0.1:1";

/** A provider with an account in a file of its own, as an engine sees it. */
export function startEngine(): Engine {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  const file = join(folder, "deep", "account.json");
  const account = new Account(file);
  const provider = new TwinProvider(account, ACCOUNT, "7.48.0");
  const handlers = provider.service();
  const call = <Response>(method: string, request: unknown, peer = PEER): Response => {
    const handle = handlers[method] as (call: unknown, done: (error: { code?: grpc.status; details?: string } | null, response?: Response) => void) => void; // unary handlers only
    let end: { readonly response: Response } | undefined;
    handle({ request, getPeer: () => peer }, (error, response) => {
      if (error) throw new Failed(error.code, error.details ?? "");
      end = { response: response as Response }; // there is one where there is no error
    });
    if (!end) throw new Error(`${method} did not answer`);
    return end.response;
  };
  const configure: Engine["configure"] = (peer, region, tags) => {
    // The SDK writes provider arguments that are no strings as JSON text.
    const args = { region, ...(tags ? { defaultTags: JSON.stringify({ tags }) } : {}) };
    call("configure", new pb.ConfigureRequest().setArgs(toStruct(args)), peer);
  };
  configure(PEER, "us-east-2");
  return { file, account, provider, call, configure, remove: () => rmSync(folder, { recursive: true }) };
}

export const check = (type: string, news: Props, name = "it") => new pb.CheckRequest().setType(type).setName(name).setUrn(`urn:${name}`).setNews(toStruct(news));
export const create = (type: string, properties: Props, preview = false, name = "it") =>
  new pb.CreateRequest().setType(type).setName(name).setProperties(toStruct(properties)).setPreview(preview);
export const update = (type: string, id: string, news: Props, preview = false) =>
  new pb.UpdateRequest().setType(type).setName("it").setId(id).setNews(toStruct(news)).setPreview(preview);
export const read = (type: string, id: string, inputs: Props = {}) => new pb.ReadRequest().setType(type).setName("it").setId(id).setInputs(toStruct(inputs));
export const remove = (type: string, id: string) => new pb.DeleteRequest().setType(type).setName("it").setId(id);
export const diff = (type: string, before: Props, after: Props, ignored: readonly string[] = []) =>
  new pb.DiffRequest().setType(type).setOldInputs(toStruct(before)).setNews(toStruct(after)).setIgnorechangesList([...ignored]);
export const invoke = (token: string, args: Props = {}) => new pb.InvokeRequest().setTok(token).setArgs(toStruct(args));
