import { ofType, type Graph, type GraphResource } from "../../twin/deploy/graph";
import { resourceName } from "../../twin/kernel/resource";
import type { Found } from "./dependency";
import { list, text } from "./plain";
import { GLOBAL_ENDPOINT_REGION, STS_GLOBAL_HOST, USE } from "./planes";

type Use = Pick<Found, "service" | "operation" | "resource" | "region">;

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** All that a function may call, and what that rests on: its role's policies, its variables, its network, its tables. */
export function ofFunction(graph: Graph, name: string, region: string): readonly Use[] {
  const fn = ofType(graph, "aws:lambda/function:Function").find((each) => each.region === region && text(each.inputs["name"] ?? each.id) === name);
  if (!fn) return [{ service: "lambda", operation: "Unknown", resource: name, region }];
  const granted = grants(graph, fn, region);
  const named = variables(graph, fn, region);
  const tables = [...granted, ...named].flatMap(({ service, resource }) => (service === "dynamodb" && resource !== undefined ? [resource] : []));
  const uses = [
    { service: "iam", operation: "Authorize", region },
    ...granted,
    ...named,
    ...[...new Set(tables)].flatMap((table) => ofTable(graph, table, region)),
    ...waysOut(graph, fn, [...new Set(granted.map(({ service }) => service))], region),
  ];
  return uses.map((use) => (use.resource === name ? { ...use, resource: "its own" } : use));
}

/** What the role's policies let the function's code do; what they deny it is Lambda's own, at deployment. */
function grants(graph: Graph, fn: GraphResource, region: string): readonly Use[] {
  const role = resourceName(text(fn.inputs["role"]));
  const statements = ofType(graph, "aws:iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) => resourceName(text(inputs["role"])) === role)
    .flatMap(({ inputs }) => list<Statement>((JSON.parse(String(inputs["policy"])) as { readonly Statement: unknown }).Statement)); // the model has checked the document
  const denied = new Set(statements.filter(({ Effect }) => Effect === "Deny").flatMap(({ Action }) => list<string>(Action)));
  return statements
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource }) => list<string>(Action).filter((action) => !denied.has(action)).flatMap((action) => list<string>(Resource).map((arn) => granted(action, arn, region))));
}

function granted(action: string, arn: string, region: string): Use {
  const [service = "", operation = ""] = action.split(":");
  const at = arn.split(":")[3];
  // A key's id says nothing.
  const resource = service === "kms" ? "key" : arn === "*" ? "*" : resourceName(arn);
  return { service, operation, resource, region: at === undefined || at === "" || at === "*" ? region : at };
}

const HOST = /^(?:https:\/\/)?([a-z0-9-]+)(?:\.([a-z]{2}(?:-[a-z]+)+-\d))?\.amazonaws\.com\/?$/;

/** Variables that lead a function somewhere: ARNs, names of tables of the stack, endpoints, STS's global one. */
function variables(graph: Graph, fn: GraphResource, region: string): readonly Use[] {
  const { variables: all = {} } = (fn.inputs["environment"] ?? {}) as { readonly variables?: Readonly<Record<string, string>> }; // FunctionArgs.environment
  return Object.entries(all).flatMap(([name, value]): readonly Use[] => {
    // "AWS STS Regional endpoints", SDKs and Tools reference guide.
    if (name === "AWS_STS_REGIONAL_ENDPOINTS" && value === "legacy") return [{ service: "sts", operation: "AssumeRole", resource: STS_GLOBAL_HOST, region: GLOBAL_ENDPOINT_REGION }];
    if (value.startsWith("arn:aws:")) return [{ service: text(value.split(":")[2]), operation: USE, resource: resourceName(value), region: value.split(":")[3] || region }];
    const [, service, at] = HOST.exec(value) ?? [];
    if (service !== undefined) return [{ service, operation: USE, resource: value.replace(/^https:\/\/|\/$/g, ""), region: at ?? GLOBAL_ENDPOINT_REGION }];
    const homes = tableHomes(graph, value);
    return homes.length === 0 || homes.includes(region) ? [] : [{ service: "dynamodb", operation: USE, resource: value, region: homes[0] ?? region }];
  });
}

const tablesNamed = (graph: Graph, name: string): readonly GraphResource[] => ofType(graph, "aws:dynamodb/table:Table").filter(({ inputs }) => inputs["name"] === name);
const replicasOf = ({ inputs }: GraphResource): readonly { readonly regionName: string; readonly kmsKeyArn?: string; readonly consistencyMode?: string }[] => list(inputs["replicas"]);
const tableHomes = (graph: Graph, name: string): readonly string[] => tablesNamed(graph, name).flatMap((table) => [table.region ?? "", ...replicasOf(table).map(({ regionName }) => regionName)]);

/** What a table's replica rests on: the key that encrypts it and, in strong mode, the quorum with the witness. */
function ofTable(graph: Graph, name: string, region: string): readonly Use[] {
  return tablesNamed(graph, name).flatMap((table): readonly Use[] => {
    const replica = replicasOf(table).find(({ regionName }) => regionName === region);
    const encryption = table.inputs["serverSideEncryption"] as { readonly kmsKeyArn?: string } | undefined; // TableArgs.serverSideEncryption
    const key = replica ? replica.kmsKeyArn : encryption?.kmsKeyArn;
    const witness = table.inputs["globalTableWitness"] as { readonly regionName?: string } | undefined; // TableArgs.globalTableWitness
    return [
      ...(key === undefined ? [] : [{ service: "kms", operation: "Decrypt", resource: "key", region: key.split(":")[3] ?? region }]),
      ...(witness?.regionName === undefined ? [] : [{ service: "dynamodb", operation: "Quorum", resource: name, region: witness.regionName }]),
    ];
  });
}

/** Lambda writes logs and IAM decides outside the VPC; DynamoDB asks KMS itself. */
const NOT_BY_THE_CODE = new Set(["logs", "kms"]);

/** A function in a VPC reaches services by endpoints, else by NAT. */
function waysOut(graph: Graph, fn: GraphResource, services: readonly string[], region: string): readonly Use[] {
  const place = fn.inputs["vpcConfig"] as { readonly subnetIds?: readonly string[] } | undefined; // FunctionArgs.vpcConfig
  if (place === undefined) return [];
  const vpcIds = ofType(graph, "aws:ec2/subnet:Subnet").filter(({ id }) => place.subnetIds?.includes(id)).map(({ inputs }) => inputs["vpcId"]);
  const endpoints = ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(({ inputs }) => vpcIds.includes(inputs["vpcId"]));
  return services
    .filter((service) => !NOT_BY_THE_CODE.has(service))
    .map((service) => {
      const has = endpoints.some(({ inputs }) => text(inputs["serviceName"]).split(".").slice(-1)[0] === service);
      return has ? { service: "ec2", operation: "Endpoint", resource: service, region } : { service: "ec2", operation: "Nat", region };
    });
}
