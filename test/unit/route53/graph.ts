import type { Graph, GraphResource } from "../../../twin/deploy/graph";
import { acm } from "../../../twin/models/acm";
import type { AnyModel, PlainInputs } from "../../../twin/models/model";
import { route53 } from "../../../twin/models/route53";

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";

export const TYPES = {
  zone: "aws:route53/zone:Zone",
  record: "aws:route53/record:Record",
  check: "aws:route53/healthCheck:HealthCheck",
  certificate: "aws:acm/certificate:Certificate",
  validation: "aws:acm/certificateValidation:CertificateValidation",
  domain: "aws:apigateway/domainName:DomainName",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
} as const;

export function modelOf(type: string): AnyModel {
  const model = [...route53.resources, ...acm.resources].find((candidate) => candidate.type === type);
  if (!model) throw new Error(`no model of ${type}`);
  return model;
}

export const place = (name: string, region = REGION): { accountId: string; region: string; name: string } => ({ accountId: ACCOUNT, region, name });

/** Collects resources as the deployment does; `add` returns the model's id and outputs. */
export class TestGraph {
  readonly resources: GraphResource[] = [];

  /** A resource of this service's models. */
  add(type: string, name: string, inputs: PlainInputs, region = REGION): { readonly id: string; readonly outputs: PlainInputs } {
    const { id, outputs } = modelOf(type).outputs(inputs, place(name, region));
    return this.push(type, name, inputs, region, id, outputs);
  }

  /** A resource of another service: its outputs are its inputs. */
  addForeign(type: string, name: string, inputs: PlainInputs, region = REGION): void {
    this.push(type, name, inputs, region, name, {});
  }

  graph(): Graph {
    return { resources: this.resources, outputs: {}, refusals: [] };
  }

  /** The codes of all refusals across resources, as `code property`. */
  refusals(): readonly string[] {
    return [route53, acm].flatMap(({ graph }) => graph?.(this.graph()) ?? []).map(({ code, property }) => `${code} ${property ?? ""}`.trim());
  }

  private push(type: string, name: string, inputs: PlainInputs, region: string, id: string, outputs: PlainInputs): { id: string; outputs: PlainInputs } {
    this.resources.push({
      urn: `urn:pulumi:test::tap::${type}::${name}`,
      type,
      name,
      id,
      ...(type.includes("route53") ? {} : { region }),
      inputs,
      outputs: { ...inputs, ...outputs },
      dependsOn: [],
      propertyDependencies: {},
      options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
    });
    return { id, outputs };
  }
}
