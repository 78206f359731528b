import { when, type NetworkObjection } from "./network";

/** Services that a gateway endpoint leads to: free, by a route to a prefix list. "Gateway endpoints" (AWS PrivateLink). */
export const GATEWAY_SERVICES = ["dynamodb", "s3"] as const;

/**
 * Interface endpoints that this rule knows, by the last part of their service name. "AWS services that integrate with
 * AWS PrivateLink". A name that is not here is a slip of the pen far more often than a service that is missing.
 */
export const INTERFACE_SERVICES = [
  "athena", "backup", "cloudtrail", "codebuild", "dynamodb", "ec2", "ecr.api", "ecr.dkr", "ecs", "elasticfilesystem", "events", "execute-api",
  "fis", "kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rds", "rds-data", "s3", "scheduler", "secretsmanager",
  "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "sync-states", "synthetics", "tagging", "xray",
] as const;
export type InterfaceService = (typeof INTERFACE_SERVICES)[number];

/** SDK signing names that differ from the endpoint's name. */
const BY_SIGNING_NAME: Readonly<Record<string, string>> = {
  firehose: "kinesis-firehose",
  kinesis: "kinesis-streams",
};

/** The endpoint's name for a service's SDK signing name, e.g. `kinesis-firehose` for `firehose`. */
export const endpointService = (signingName: string): string => BY_SIGNING_NAME[signingName] ?? signingName;

/** What AWS calls the endpoint's service, e.g. `com.amazonaws.us-east-1.sns`. */
export const endpointServiceName = (region: string, service: string): string => `com.amazonaws.${region}.${service}`;

/** The last part of an endpoint's service name in that region; undefined for another region's or a partner's. */
export function serviceOfEndpoint(region: string, serviceName: string): string | undefined {
  const start = endpointServiceName(region, "");
  return serviceName.startsWith(start) ? serviceName.slice(start.length) : undefined;
}

export interface EndpointInputs {
  readonly serviceName?: string | undefined;
  readonly vpcEndpointType?: string | undefined;
  readonly routeTableIds?: readonly string[] | undefined;
  readonly subnetIds?: readonly string[] | undefined;
  readonly securityGroupIds?: readonly string[] | undefined;
  readonly privateDnsEnabled?: boolean | undefined;
}

const some = (list: readonly string[] | undefined): boolean => (list?.length ?? 0) > 0;
const TYPES: readonly string[] = ["Gateway", "Interface"];

/** "CreateVpcEndpoint" (Amazon EC2 API reference), for gateway and interface endpoints of AWS's services in the own region. */
export function endpointObjections(inputs: EndpointInputs, region: string): readonly NetworkObjection[] {
  const { serviceName = "", vpcEndpointType: type = "Gateway" } = inputs;
  if (!TYPES.includes(type)) return when(true, "endpoint-type", "vpcEndpointType", `got ${type}; this twin models ${TYPES.join(", ")}`);
  const service = serviceOfEndpoint(region, serviceName);
  const gateway = type === "Gateway";
  const known: readonly string[] = gateway ? GATEWAY_SERVICES : INTERFACE_SERVICES;
  const only = (property: keyof EndpointInputs, present: boolean, of: string) =>
    when(present, "endpoint-argument", property, `is for ${of} endpoints; ${serviceName} has the type ${type}`);
  return [
    ...when(service === undefined || !known.includes(service), "endpoint-service", "serviceName", `got ${serviceName || "nothing"}; allowed ${endpointServiceName(region, "")}* of ${known.join(", ")}`),
    ...only("routeTableIds", !gateway && some(inputs.routeTableIds), "gateway"),
    ...only("subnetIds", gateway && some(inputs.subnetIds), "interface"),
    ...only("securityGroupIds", gateway && some(inputs.securityGroupIds), "interface"),
    ...only("privateDnsEnabled", gateway && inputs.privateDnsEnabled === true, "interface"),
  ];
}
