import type { AccountArgs, BasePathMappingArgs, DeploymentArgs, DomainNameArgs, MethodSettingsArgs, RestApiArgs, StageArgs } from "@pulumi/aws/apigateway";
import { ACCOUNT_THROTTLE, basePathViolations, domainViolations, endpointViolations, methodPathViolations, methodSettingsViolations, stageNameViolations } from "../../rules/apigateway";
import { accessLogObjection } from "../../rules/apigateway-access-log";
import { documentViolations } from "../../rules/apigateway-document";
import { nameObjection } from "../../rules/names";
import { gateway } from "../services/apigateway/index";
import { beyondTheTwin } from "./apigateway-limits";
import { arn, stableId } from "./ids";
import { defineModel, type LiveResource, type Objection, type ServiceModels } from "./model";

/** AWS stamps the time of creation; the twin's is fixed, so that a deployment is the same every time. */
const CREATED = "2026-01-01T00:00:00Z";

/** A reference to a resource: its id. */
const idOf = (reference: unknown): string => String(reference);

/** Regional resources carry their region in the graph. */
function regionOf({ resource }: Pick<LiveResource<unknown>, "resource">): string {
  if (resource.region === undefined) throw new Error(`${resource.urn}: a regional resource without a region`);
  return resource.region;
}

/** A property that must name another resource and is empty: the program passes a value that is not there. */
const needed = (inputs: object, ...properties: readonly string[]): readonly Objection[] =>
  properties
    .filter((property) => [undefined, null, ""].includes((inputs as Readonly<Record<string, string | undefined>>)[property])) // any property may be asked for
    .map((property) => ({ code: "apigateway.missing", property, message: `missing; give the output of the resource that it names` }));

/** ARNs of API Gateway's own resources have no account. IAM service authorization reference, "Amazon API Gateway Management". */
const managementArn = (region: string, path: string): string => arn("apigateway", region, "", path);

const restApi = defineModel<RestApiArgs>({
  type: "aws:apigateway/restApi:RestApi",
  check(inputs, { region, name }) {
    const named = nameObjection("api", inputs.name ?? name);
    return [
      ...(named === undefined ? [] : [{ code: "apigateway.name", property: "name", message: named }]),
      ...endpointViolations(inputs.endpointConfiguration),
      ...(inputs.body === undefined ? [] : documentViolations(inputs.body, region)),
      ...beyondTheTwin(inputs),
    ];
  },
  outputs(inputs, { accountId, region, name }) {
    const title = inputs.name ?? name;
    const id = stableId(10, "rest-api", accountId, region, name, title);
    return {
      id,
      outputs: {
        name: title,
        arn: managementArn(region, `/restapis/${id}`),
        executionArn: arn("execute-api", region, accountId, id),
        rootResourceId: stableId(10, "root-resource", id),
        createdDate: CREATED,
        region,
        apiKeySource: inputs.apiKeySource ?? "HEADER",
        binaryMediaTypes: inputs.binaryMediaTypes ?? [],
        description: inputs.description ?? "",
        disableExecuteApiEndpoint: inputs.disableExecuteApiEndpoint ?? false,
        minimumCompressionSize: inputs.minimumCompressionSize ?? "",
        policy: inputs.policy ?? "",
      },
    };
  },
  replaceOn: ["region"],
  live(live, cloud) {
    const { id } = live.resource;
    const { body, disableExecuteApiEndpoint, binaryMediaTypes } = live.inputs;
    gateway(cloud, regionOf(live)).putApi(id, {
      name: String(live.outputs["name"]),
      body: body ?? "{}",
      disableExecuteApiEndpoint: disableExecuteApiEndpoint ?? false,
      binaryMediaTypes: binaryMediaTypes ?? [],
    });
  },
});

const deployment = defineModel<DeploymentArgs>({
  type: "aws:apigateway/deployment:Deployment",
  check: (inputs) => needed(inputs, "restApi"),
  outputs: (inputs, { region, name }) => ({
    id: stableId(6, "deployment", idOf(inputs.restApi), name, JSON.stringify(inputs.triggers ?? {}), JSON.stringify(inputs.variables ?? {})),
    outputs: { createdDate: CREATED, region },
  }),
  replaceOn: ["restApi", "triggers", "variables", "region"],
  live: (live, cloud) => gateway(cloud, regionOf(live)).deploy(live.resource.id, idOf(live.inputs.restApi)),
});

function accessLogViolations(settings: { readonly destinationArn: string; readonly format: string } | undefined): readonly Objection[] {
  if (settings === undefined) return [];
  const message = accessLogObjection(settings);
  if (message !== undefined) return [{ code: "apigateway.access-log", property: "accessLogSettings", message }];
  if (!settings.destinationArn.startsWith("arn:aws:firehose:")) return [];
  return [{ code: "twin.not-modelled", property: "accessLogSettings.destinationArn", message: "this twin writes access logs to log groups only" }];
}

const stage = defineModel<StageArgs>({
  type: "aws:apigateway/stage:Stage",
  check: (inputs) => [...stageNameViolations(inputs.stageName), ...needed(inputs, "restApi", "deployment"), ...accessLogViolations(inputs.accessLogSettings)],
  outputs(inputs, { accountId, region }) {
    const api = idOf(inputs.restApi);
    const { stageName } = inputs;
    return {
      id: `ags-${api}-${stageName}`,
      outputs: {
        arn: managementArn(region, `/restapis/${api}/stages/${stageName}`),
        executionArn: arn("execute-api", region, accountId, `${api}/${stageName}`),
        invokeUrl: `https://${api}.execute-api.${region}.amazonaws.com/${stageName}`,
        webAclArn: "",
        region,
      },
    };
  },
  replaceOn: ["restApi", "stageName", "region"],
  live(live, cloud) {
    const { restApi: api, stageName, deployment: deploymentId, variables } = live.inputs;
    const service = gateway(cloud, regionOf(live));
    service.putStage(idOf(api), stageName, idOf(deploymentId), variables ?? {});
    const log = live.inputs.accessLogSettings;
    if (log) service.accessLogs.set(idOf(api), stageName, { group: log.destinationArn.split(":log-group:")[1] ?? "", format: log.format });
  },
});

/** -1 and nothing at all: no limit of its own. */
const limit = (given: number | undefined): number | undefined => (given === undefined || given < 0 ? undefined : given);

const methodSettings = defineModel<MethodSettingsArgs>({
  type: "aws:apigateway/methodSettings:MethodSettings",
  check: (inputs) => [...methodPathViolations(inputs.methodPath), ...methodSettingsViolations(inputs.settings), ...needed(inputs, "restApi", "stageName")],
  outputs: (inputs, { region }) => ({ id: `${idOf(inputs.restApi)}-${inputs.stageName}-${inputs.methodPath}`, outputs: { region } }),
  replaceOn: ["restApi", "stageName", "methodPath", "region"],
  live(live, cloud) {
    const { restApi: api, stageName, methodPath, settings } = live.inputs;
    const service = gateway(cloud, regionOf(live));
    service.setDetailedMetrics(idOf(api), stageName, methodPath, settings.metricsEnabled ?? false);
    service.setThrottle(idOf(api), stageName, methodPath, {
      ratePerSecond: limit(settings.throttlingRateLimit),
      burst: limit(settings.throttlingBurstLimit),
    });
  },
});

/** Hosted zones of regional endpoints. AWS General Reference, "Amazon API Gateway endpoints and quotas". */
const ZONE_IDS: Readonly<Record<string, string>> = {
  "us-east-1": "Z1UJRXOUMOOFQ8",
  "us-east-2": "ZOJJZC49E0EPZ",
  "us-west-1": "Z2MUQ32089INYE",
  "us-west-2": "Z2OJLYMUO9EFXC",
  "ap-northeast-1": "Z1YSHQZHG15GKL",
  "ap-southeast-1": "ZL327KTPIQFUL",
  "ap-southeast-2": "Z2RPCDW04V8134",
  "eu-central-1": "Z1U9ULNL0V5AJ3",
  "eu-west-1": "ZLY8HYME6SFDD",
};

const domainName = defineModel<DomainNameArgs>({
  type: "aws:apigateway/domainName:DomainName",
  check: (inputs, { region }) => [
    ...domainViolations(inputs, region),
    ...(inputs.mutualTlsAuthentication === undefined
      ? []
      : [{ code: "twin.apigateway-mutual-tls", property: "mutualTlsAuthentication", message: "the twin has no client certificates, and Route 53's health checkers have none either" }]),
  ],
  outputs(inputs, { accountId, region }) {
    const name = inputs.domainName;
    const label = `d-${stableId(10, "domain-name", accountId, region, name)}`;
    return {
      id: name,
      outputs: {
        arn: managementArn(region, `/domainnames/${name}`),
        regionalDomainName: `${label}.execute-api.${region}.amazonaws.com`,
        regionalZoneId: ZONE_IDS[region] ?? `Z${stableId(13, "api-gateway-zone", region).toUpperCase()}`,
        securityPolicy: inputs.securityPolicy ?? "TLS_1_2",
        routingMode: inputs.routingMode ?? "BASE_PATH_MAPPING_ONLY",
        certificateUploadDate: CREATED,
        cloudfrontDomainName: "",
        cloudfrontZoneId: "Z2FDTNDATAQYW2",
        domainNameId: "",
        ownershipVerificationCertificateArn: inputs.ownershipVerificationCertificateArn ?? "",
        region,
      },
    };
  },
  replaceOn: ["domainName", "region"],
  live(live, cloud) {
    gateway(cloud, regionOf(live)).addDomain({
      domainName: live.inputs.domainName,
      regionalDomainName: String(live.outputs["regionalDomainName"]),
      securityPolicy: String(live.outputs["securityPolicy"]),
    });
  },
});

const basePathMapping = defineModel<BasePathMappingArgs>({
  type: "aws:apigateway/basePathMapping:BasePathMapping",
  check: (inputs) => [...basePathViolations(inputs.basePath), ...needed(inputs, "domainName", "restApi")],
  outputs: (inputs, { region }) => ({ id: `${inputs.domainName}/${inputs.basePath ?? ""}`, outputs: { region } }),
  replaceOn: ["domainName", "domainNameId", "region"],
  live(live, cloud) {
    const { domainName: domain, basePath, restApi: api, stageName } = live.inputs;
    gateway(cloud, regionOf(live)).mapBasePath(domain, basePath ?? "", idOf(api), stageName);
  },
});

const account = defineModel<AccountArgs>({
  type: "aws:apigateway/account:Account",
  check: ({ cloudwatchRoleArn }) =>
    cloudwatchRoleArn === undefined || /^arn:aws:iam::\d{12}:role\/.+$/.test(cloudwatchRoleArn)
      ? []
      : [{ code: "apigateway.account-role", property: "cloudwatchRoleArn", message: `got ${JSON.stringify(cloudwatchRoleArn)}; allowed a role's ARN` }],
  outputs: (inputs, { region }) => ({
    id: "api-gateway-account",
    outputs: {
      apiKeyVersion: "4",
      cloudwatchRoleArn: inputs.cloudwatchRoleArn ?? "",
      features: ["UsagePlans"],
      throttleSettings: [{ burstLimit: ACCOUNT_THROTTLE.burst, rateLimit: ACCOUNT_THROTTLE.ratePerSecond }],
      region,
    },
  }),
  replaceOn: ["region"],
});

/** API Gateway: REST APIs, their stages and custom domains. */
export const apigateway: ServiceModels = { resources: [restApi, deployment, stage, methodSettings, domainName, basePathMapping, account] };
