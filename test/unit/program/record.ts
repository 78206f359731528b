import * as pulumi from "@pulumi/pulumi";
import { program } from "../../../lib/program";
import { storeArchives } from "../../../twin/deploy/plain";
import { quietly } from "../../../twin/deploy/quiet";
import { ACCOUNT, stubBundler, type Recorded, type Registered } from "./helper";

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getCustom(): boolean;
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}
type Respond = (error: Error | null, response: { getUrn(): string } | undefined) => void;

/** Runs the program under Pulumi's mocks. */
export const record = (config: Readonly<Record<string, string>>, stack: string): Promise<Recorded> => quietly(() => run(config, stack));

async function run(config: Readonly<Record<string, string>>, stack: string): Promise<Recorded> {
  const resources: Registered[] = [];
  const calls: { token: string; provider: string }[] = [];
  const inputsOf = new Map<string, Readonly<Record<string, unknown>>>();
  const key = (type: string, name: string): string => `${type} ${name}`;

  pulumi.runtime.setAllConfig({ ...config });
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        inputsOf.set(key(type, name), inputs);
        return { id: `id-of-${name}`, state: stateOf(type, name, inputs) };
      },
      call: ({ token, inputs, provider }) => {
        calls.push({ token, provider: provider ?? "" });
        if (token.includes("getAvailabilityZones")) return { names: ["a", "b", "c", "d"].map((zone) => `zone-${zone}`) };
        return token.includes("getCallerIdentity") ? { accountId: ACCOUNT } : { ...inputs };
      },
    },
    "payments",
    stack,
    false,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource(request: Request, respond: Respond): Promise<void> }; // internal to Pulumi
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, respond) =>
    original(request, (error, response) => {
      resources.push({
        urn: response?.getUrn() ?? "",
        type: request.getType(),
        name: request.getName(),
        custom: request.getCustom(),
        parent: request.getParent(),
        provider: request.getProvider().split("::").slice(0, -1).join("::"),
        protect: request.getProtect(),
        retainOnDelete: request.getRetainondelete(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
        ignoreChanges: request.getIgnorechangesList(),
        dependsOn: request.getDependenciesList(),
        inputs: inputsOf.get(key(request.getType(), request.getName())) ?? {},
      });
      respond(error, response);
    });

  let error: unknown;
  const outputs: unknown = await pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program({ bundle: stubBundler });
    } catch (thrown) {
      error = thrown;
      return {};
    }
  });
  await pulumi.runtime.disconnect();
  const plain = resources.map(async (resource) => ({ ...resource, inputs: await storeArchives(resource.inputs, new Map()) }));
  return { resources: await Promise.all(plain), calls, outputs: (outputs ?? {}) as Recorded["outputs"], error }; // Pulumi types it as any
}

/** The outputs that AWS would add and the program reads. */
function stateOf(type: string, name: string, inputs: Record<string, unknown>): Record<string, unknown> {
  const base = { ...inputs, arn: `arn-of-${name}` };
  switch (type) {
    case "aws:dynamodb/table:Table": {
      const replicas = (inputs["replicas"] ?? []) as { regionName: string }[]; // the program's own
      return { ...base, streamArn: `stream-of-${name}`, replicas: replicas.map((replica) => ({ ...replica, arn: `arn-of-${name}-in-${replica.regionName}`, streamArn: `stream-of-${name}-in-${replica.regionName}` })) };
    }
    case "aws:acm/certificate:Certificate": {
      const names = [inputs["domainName"], ...((inputs["subjectAlternativeNames"] ?? []) as string[])]; // the program's own
      const domainValidationOptions = names.map((domainName) => ({
        domainName,
        resourceRecordName: `_proof.${String(domainName)}`,
        resourceRecordType: "CNAME",
        resourceRecordValue: "_proof.acm-validations.aws",
      }));
      // A set: AWS's order is not the program's.
      return { ...base, domainValidationOptions: domainValidationOptions.reverse() };
    }
    case "aws:lambda/invocation:Invocation":
      return { ...base, result: JSON.stringify({ streamArn: `stream-answered-by-${name}` }) };
    case "aws:lambda/function:Function":
      return { ...base, invokeArn: `invoke-arn-of-${name}` };
    case "aws:apigateway/restApi:RestApi":
      return { ...base, executionArn: `execution-arn-of-${name}` };
    case "aws:apigateway/domainName:DomainName":
      return { ...base, regionalDomainName: `regional-${name}.aws.test` };
    case "aws:route53/zone:Zone":
      return { ...base, zoneId: "Z1", nameServers: ["ns-1.test", "ns-2.test"] };
    case "aws:route53/record:Record":
      return { ...base, fqdn: inputs["name"] };
    default:
      return base;
  }
}
