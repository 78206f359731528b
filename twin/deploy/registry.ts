import type { Refusal } from "../errors";
import type { AnyModel, Place } from "../models/model";
import type { GraphResource, ResourceOptions } from "./graph";
import { plain, storeArchives } from "./plain";
import { rehearsal } from "./rehearsal";

/** The part of the engine protocol's RegisterResourceRequest that the graph keeps. */
export interface Registration {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (dependencies: { getUrnsList(): string[] }, property: string) => void): void;
  };
}

/** What Pulumi's mocks hand to newResource. */
interface NewResource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  readonly provider?: string;
  readonly custom?: boolean;
}

type Draft = Pick<GraphResource, "id" | "inputs" | "outputs"> & { readonly region?: string };

const PROVIDER_TYPE = "pulumi:providers:aws";

/** Collects one deployment's resources, in the order in which they were registered, with their models' answers. */
export class Registry {
  readonly resources: GraphResource[] = [];
  readonly refusals: Refusal[] = [];
  readonly blobs = new Map<string, string>();
  private readonly drafts = new Map<Registration, Draft>();
  private readonly regionOfProvider = new Map<string, string>();
  private current: Registration | undefined;

  constructor(
    readonly accountId: string,
    readonly models: ReadonlyMap<string, AnyModel>,
  ) {}

  /** The request that the next {@link newResource} belongs to. */
  expect(request: Registration): void {
    this.current = request;
  }

  async newResource(args: NewResource): Promise<{ id: string; state: Record<string, unknown> }> {
    const request = this.current;
    const draft = await this.draft(args);
    if (request) this.drafts.set(request, draft);
    // Assets must go back as they came; every other output is plain.
    return { id: draft.id, state: { ...args.inputs, ...draft.outputs } };
  }

  /** The resource has its URN: it joins the graph. */
  registered(request: Registration, urn: string): void {
    const draft = this.drafts.get(request);
    if (!draft) return;
    const parent = request.getParent();
    const { id, region, inputs, outputs } = draft;
    this.resources.push({
      urn,
      type: request.getType(),
      name: request.getName(),
      id,
      ...(region === undefined ? {} : { region }),
      ...(parent ? { parent } : {}),
      inputs,
      outputs: { ...inputs, ...outputs },
      dependsOn: request.getDependenciesList(),
      propertyDependencies: propertyDependencies(request),
      options: optionsOf(request),
    });
  }

  /** Where the provider works. `provider` is `<urn>::<id>`, empty for the default provider. */
  placeOf(provider: string | undefined, name: string): Place {
    const region = this.regionOfProvider.get((provider ?? "").split("::").pop() ?? "");
    return { accountId: this.accountId, region: region ?? "us-east-1", name };
  }

  private async draft(args: NewResource): Promise<Draft> {
    if (args.type === PROVIDER_TYPE) return this.provider(args);
    if (!args.custom) return { id: "", inputs: plain(args.inputs).values, outputs: {} };

    const model = this.models.get(args.type);
    const place = this.placeOf(args.provider, args.name);
    try {
      const inputs = plain(await storeArchives(args.inputs, this.blobs)).values;
      if (!model) {
        this.refuse(args, "twin.no-model", `the twin has no model of ${args.type}; add one in twin/models/`);
        return { id: args.name, region: place.region, inputs, outputs: {} };
      }
      for (const objection of model.check(inputs, place)) this.refusals.push({ ...objection, resource: args.name });
      const { id, outputs: known } = model.outputs(inputs, place);
      const outputs = model.run ? { ...known, ...(await model.run(inputs, place, rehearsal(this))) } : known;
      return { id, inputs, outputs, ...(model.global ? {} : { region: place.region }) };
    } catch (error) {
      // A model meets inputs of the wrong shape; newResource must never throw (the stack would not settle).
      this.refuse(args, "twin.model-failed", `${args.type}: ${error instanceof Error ? error.message : String(error)}`);
      return { id: args.name, region: place.region, inputs: {}, outputs: {} };
    }
  }

  private provider(args: NewResource): Draft {
    const id = `provider-${args.name}`;
    const inputs = plain(args.inputs).values;
    const region = inputs["region"];
    if (typeof region !== "string") this.refuse(args, "provider.region", "an aws.Provider needs a region");
    else this.regionOfProvider.set(id, region);
    return { id, inputs, outputs: {}, ...(typeof region === "string" ? { region } : {}) };
  }

  private refuse(args: NewResource, code: string, message: string): void {
    this.refusals.push({ code, resource: args.name, message });
  }
}

function propertyDependencies(request: Registration): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    const urns = dependencies.getUrnsList();
    if (urns.length > 0) found[property] = urns;
  });
  return found;
}

const optionsOf = (request: Registration): ResourceOptions => ({
  protect: request.getProtect(),
  retainOnDelete: request.getRetainondelete(),
  ignoreChanges: request.getIgnorechangesList(),
  explicitProvider: request.getProvider() !== "",
});
