import * as grpc from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { INVOKE_MODELS, RESOURCE_MODELS } from "../../models/index";
import type { AnyModel, Place } from "../../models/model";
import { rehearsal } from "../rehearsal";
import type { Account, Key } from "./account";
import { standingOf } from "./standing";
import { canonical, containsUnknown, decode, fromStruct, providerArgument, toStruct, UNKNOWN, type Props } from "./wire";

/** One `aws.Provider` of the program: the engine opens a connection for each. */
interface Connection {
  readonly region: string;
  readonly defaultTags: Props;
}

/**
 * Names that the AWS provider would make up: where the program gives one and it stays, the old resource goes before the new
 * one comes. Without a name the new one comes first. pulumi-terraform-bridge, "Set delete-before-replace for manually-named
 * resources" (pull request 465); pulumi-aws, provider/resources.go, AutoName.
 */
const NAMES = ["name", "bucket", "statementId"] as const;

/** The engine treats FAILED_PRECONDITION as "nothing happened"; UNKNOWN would leave the resource's state in doubt. */
class ProviderError extends Error {
  readonly code = grpc.status.FAILED_PRECONDITION;
}

type Call<Request> = grpc.ServerUnaryCall<Request, unknown>;

/**
 * Pulumi's resource provider protocol (pulumi/pulumi, proto/pulumi/provider.proto) over the twin's models: the real
 * engine previews, creates, updates, refreshes and deletes against an {@link Account} instead of AWS. Stands in for
 * the AWS provider of the given version.
 */
export class TwinProvider {
  private readonly connections = new Map<string, Connection>();

  constructor(
    private readonly account: Account,
    private readonly accountId: string,
    private readonly version: string,
  ) {}

  /** The handlers, by the protocol's method names. */
  service(): grpc.UntypedServiceImplementation {
    return {
      // All accept flags stay false: the engine then sends plain values and keeps secrets to itself.
      handshake: unary(() => new pb.ProviderHandshakeResponse()),
      attach: unary(() => new Empty()),
      getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(this.version)),
      getSchema: unary(() => new pb.GetSchemaResponse().setSchema(JSON.stringify({ name: "aws", version: this.version }))),
      checkConfig: unary((call: Call<pb.CheckRequest>) => new pb.CheckResponse().setInputs(toStruct(fromStruct(call.request.getNews())))),
      diffConfig: unary((call: Call<pb.DiffRequest>) => this.diffConfig(call.request)),
      configure: unary((call: Call<pb.ConfigureRequest>) => this.configure(call)),
      check: unary((call: Call<pb.CheckRequest>) => this.check(call)),
      diff: unary((call: Call<pb.DiffRequest>) => this.diff(call.request)),
      create: unary((call: Call<pb.CreateRequest>) => this.create(call)),
      update: unary((call: Call<pb.UpdateRequest>) => this.update(call)),
      read: unary((call: Call<pb.ReadRequest>) => this.read(call)),
      delete: unary((call: Call<pb.DeleteRequest>) => this.remove(call)),
      invoke: unary((call: Call<pb.InvokeRequest>) => this.invoke(call)),
      // Sent whenever one connection closes: the others go on.
      cancel: unary((call: Call<Empty>) => {
        this.connections.delete(call.getPeer());
        return new Empty();
      }),
    };
  }

  private configure(call: Call<pb.ConfigureRequest>): pb.ConfigureResponse {
    const args = decode(fromStruct(call.request.getArgs())) as Props; // a Struct decodes to an object
    const region = args["region"];
    if (typeof region !== "string") throw new ProviderError("aws.Provider: region is required");
    const defaults = providerArgument(args["defaultTags"]) as { tags?: Props } | undefined; // the SDK's own encoding of ProviderDefaultTags
    this.connections.set(call.getPeer(), { region, defaultTags: defaults?.tags ?? {} });
    return new pb.ConfigureResponse().setSupportspreview(true);
  }

  private diffConfig(request: pb.DiffRequest): pb.DiffResponse {
    const changed = changes(fromStruct(request.getOldInputs()), fromStruct(request.getNews()), ["version"]);
    return difference(changed, ["region"]);
  }

  private check(call: Call<pb.CheckRequest>): pb.CheckResponse {
    const { region, defaultTags } = this.connection(call);
    const news = fromStruct(call.request.getNews());
    const model = modelOf(call.request.getType());
    const tags = news["tags"];
    const inputs: Props = {
      ...news,
      ...(model.global ? {} : { region: news["region"] ?? region }),
      tagsAll: containsUnknown(tags) ? UNKNOWN : { ...defaultTags, ...((tags ?? {}) as Props) }, // tags are a map in every resource that has them
    };
    const response = new pb.CheckResponse().setInputs(toStruct(inputs));
    // What is not known yet cannot be checked; it is checked again before it is created.
    if (containsUnknown(news)) return response;
    const objections = model.check(decode(news) as Props, this.place(region, call.request.getName())); // a Struct decodes to an object
    return response.setFailuresList(
      objections.map(({ property, message, code }) => new pb.CheckFailure().setProperty(property ?? "").setReason(`${message} [${code}]`)),
    );
  }

  private diff(request: pb.DiffRequest): pb.DiffResponse {
    const ignored = request.getIgnorechangesList().map((path) => path.split(/[.[]/)[0] ?? path);
    const before = fromStruct(request.getOldInputs());
    const news = fromStruct(request.getNews());
    const changed = changes(before, news, ignored);
    const answer = difference(changed, [...modelOf(request.getType()).replaceOn, "region"]);
    return answer.setDeletebeforereplace(answer.getReplacesList().length > 0 && NAMES.some((key) => news[key] !== undefined && !changed.includes(key)));
  }

  private create(call: Call<pb.CreateRequest>): Answer<pb.CreateResponse> {
    const { request } = call;
    const { region } = this.connection(call);
    const model = modelOf(request.getType());
    const inputs = fromStruct(request.getProperties());
    const place = this.place(region, request.getName());
    const { id, state } = this.answer(model, inputs, place, request.getPreview());
    if (request.getPreview()) return new pb.CreateResponse().setProperties(toStruct(state));
    const key = keyOf(model, region, id);
    if (this.account.get(key)) throw new ProviderError(`${model.type} ${id} exists already in ${key.region}`);
    return after(this.run(model, inputs, place), (ran) => {
      this.account.put(key, { ...state, ...ran });
      return new pb.CreateResponse().setId(id).setProperties(toStruct({ ...state, ...ran }));
    });
  }

  private update(call: Call<pb.UpdateRequest>): Answer<pb.UpdateResponse> {
    const { request } = call;
    const { region } = this.connection(call);
    const model = modelOf(request.getType());
    const inputs = fromStruct(request.getNews());
    const place = this.place(region, request.getName());
    const { state } = this.answer(model, inputs, place, request.getPreview());
    if (request.getPreview()) return new pb.UpdateResponse().setProperties(toStruct(state));
    return after(this.run(model, inputs, place), (ran) => {
      this.account.put(keyOf(model, region, request.getId()), { ...state, ...ran });
      return new pb.UpdateResponse().setProperties(toStruct({ ...state, ...ran }));
    });
  }

  /** What only running deployed code tells: on what the account holds now. */
  private run(model: AnyModel, inputs: Props, place: Place): Answer<Props> {
    if (!model.run) return {};
    const { accountId } = this;
    const standing = { accountId, models: RESOURCE_MODELS, ...standingOf(this.account) };
    return model.run(decode(inputs) as Props, place, rehearsal(standing)); // a Struct decodes to an object
  }

  /** Inputs and what AWS adds to them. A preview knows only what was given: all that AWS would add or change is unknown. */
  private answer(model: AnyModel, inputs: Props, place: Place, preview: boolean): { readonly id: string; readonly state: Props } {
    if (containsUnknown(inputs)) {
      if (!preview) throw new ProviderError(`${model.type} ${place.name}: an input is still unknown`);
      return { id: "", state: inputs };
    }
    const { id, outputs } = model.outputs(decode(inputs) as Props, place); // a Struct decodes to an object
    const added = preview
      ? Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, canonical(value) === canonical(inputs[key]) ? value : UNKNOWN]))
      : outputs;
    return { id, state: { ...inputs, ...added } };
  }

  private read(call: Call<pb.ReadRequest>): pb.ReadResponse {
    const { request } = call;
    const state = this.account.get(keyOf(modelOf(request.getType()), this.connection(call).region, request.getId()));
    // An empty id says that the resource is gone.
    if (!state) return new pb.ReadResponse();
    return new pb.ReadResponse().setId(request.getId()).setProperties(toStruct(state)).setInputs(request.getInputs());
  }

  private remove(call: Call<pb.DeleteRequest>): Empty {
    const { request } = call;
    this.account.delete(keyOf(modelOf(request.getType()), this.connection(call).region, request.getId()));
    return new Empty();
  }

  private invoke(call: Call<pb.InvokeRequest>): pb.InvokeResponse {
    const token = call.request.getTok();
    const model = INVOKE_MODELS.get(token);
    if (!model) throw new ProviderError(`the twin does not model the function ${token}`);
    const args = decode(fromStruct(call.request.getArgs())) as Props; // a Struct decodes to an object
    return new pb.InvokeResponse().setReturn(toStruct({ ...model.answer(args, this.place(this.connection(call).region, token)) }));
  }

  private connection(call: { getPeer(): string }): Connection {
    const connection = this.connections.get(call.getPeer());
    if (!connection) throw new ProviderError(`connection ${call.getPeer()} was never configured`);
    return connection;
  }

  private place(region: string, name: string): Place {
    return { accountId: this.accountId, region, name };
  }
}

/** At once where nothing has to be run. */
type Answer<T> = T | Promise<T>;

const after = <T, R>(answer: Answer<T>, then: (value: T) => R): Answer<R> => (answer instanceof Promise ? answer.then(then) : then(answer));

const unary =
  <Request, Response>(handle: (call: Call<Request>) => Answer<Response>): grpc.handleUnaryCall<Request, Response> =>
  (call, callback) => {
    const fail = (error: unknown): void => callback({ code: grpc.status.FAILED_PRECONDITION, details: error instanceof Error ? error.message : String(error) });
    try {
      const answer = handle(call);
      if (answer instanceof Promise) answer.then((response) => callback(null, response), fail);
      else callback(null, answer);
    } catch (error) {
      fail(error);
    }
  };

function modelOf(type: string): AnyModel {
  const model = RESOURCE_MODELS.get(type);
  if (!model) throw new ProviderError(`the twin has no model of ${type}; add one in twin/models/`);
  return model;
}

const keyOf = (model: AnyModel, region: string, id: string): Key => ({ type: model.type, region: model.global ? "global" : region, id });

const changes = (before: Props, after: Props, ignored: readonly string[]): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !ignored.includes(key) && canonical(before[key]) !== canonical(after[key]),
  );

function difference(changed: readonly string[], replaceOn: readonly string[]): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE } = pb.DiffResponse.DiffChanges;
  return new pb.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changed])
    .setReplacesList(changed.filter((key) => replaceOn.includes(key)));
}
