import { firehose } from "../../../twin/models/firehose";
import { logs } from "../../../twin/models/logs";
import { apigateway } from "../../../twin/models/apigateway";
import type { ServiceModels } from "../../../twin/models/model";
import type { Graph, GraphResource } from "../../../twin/deploy/graph";

const PLACE = { accountId: "123456789012", region: "us-east-1", name: "it" };
const STREAM = "arn:aws:firehose:us-east-2:123456789012:deliverystream/s";
const DESTINATION = "arn:aws:logs:us-east-1:123456789012:destination:d";
const ROLE = "arn:aws:iam::123456789012:role/r";
const S3 = { roleArn: ROLE, bucketArn: "arn:aws:s3:::b", prefix: "logs/!{timestamp:yyyy}/", errorOutputPrefix: "errors/!{firehose:error-output-type}/" };
const DELIVERY = { name: "s", destination: "extended_s3", extendedS3Configuration: S3 };
const FILTER = { name: "f", logGroup: "/g", destinationArn: DESTINATION, filterPattern: "" };
const SUBSCRIPTION = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter";
const s3 = (more: object) => ({ extendedS3Configuration: { ...S3, ...more } });
const GROUP_ARN = "arn:aws:logs:us-east-1:123456789012:log-group:/g";

const CASES: readonly [ServiceModels, string, object, readonly [string, object, string][]][] = [
  [logs, SUBSCRIPTION, FILTER, [
    ["a destination elsewhere", { destinationArn: DESTINATION.replace("us-east-1", "us-east-2") }, "logs.filter-region"],
    ["a role beside a destination", { roleArn: ROLE }, "logs.filter-role"],
    ["a name with a colon", { name: "a:b" }, "logs.name"],
    ["a pattern the twin cannot read", { filterPattern: "{ $.a > }" }, "twin.logs-pattern"],
    ["a function as target", { destinationArn: "arn:aws:lambda:us-east-1:123456789012:function:f" }, "twin.not-modelled"],
  ]],
  [logs, "aws:cloudwatch/logDestination:LogDestination", { name: "d", roleArn: ROLE, targetArn: STREAM }, [
    ["a bucket as target", { targetArn: "arn:aws:s3:::b" }, "logs.target"],
    ["a Kinesis stream", { targetArn: "arn:aws:kinesis:us-east-1:123456789012:stream/s" }, "twin.not-modelled"],
    ["a name with a star", { name: "*" }, "logs.name"],
  ]],
  [logs, "aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy", { destinationName: "d", accessPolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "123456789012" }, Action: ["logs:PutSubscriptionFilter"], Resource: [DESTINATION] }] }) }, [
    ["no JSON", { accessPolicy: "nonsense" }, "logs.malformed-policy"],
  ]],
  [logs, "aws:cloudwatch/logStream:LogStream", { name: "s", logGroupName: "/g" }, [["a name with a colon", { name: "a:b" }, "logs.name"]]],
  [firehose, "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", DELIVERY, [
    ["a long name", { name: "s".repeat(65) }, "firehose.name"],
    ["another destination", { destination: "splunk" }, "twin.not-modelled"],
    ["no configuration", { extendedS3Configuration: undefined }, "firehose.configuration"],
    ["a customer's key that is not named", { serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK" } }, "firehose.key"],
    ["an endless interval", s3({ bufferingInterval: 901 }), "firehose.buffering"],
    ["a huge buffer", s3({ bufferingSize: 129 }), "firehose.buffering"],
    ["expressions without a place for errors", s3({ errorOutputPrefix: undefined }), "firehose.error-prefix"],
    ["an error prefix that does not tell errors apart", s3({ errorOutputPrefix: "e/!{timestamp:yyyy}/" }), "firehose.error-prefix"],
    ["error types among the good", s3({ prefix: "!{firehose:error-output-type}/" }), "firehose.prefix"],
    ["compression", s3({ compressionFormat: "GZIP" }), "twin.not-modelled"],
    ["a transformation", s3({ processingConfiguration: { enabled: true, processors: [{ type: "Lambda" }] } }), "twin.not-modelled"],
  ]],
  [apigateway, "aws:apigateway/stage:Stage", { restApi: "a", deployment: "d", stageName: "live", accessLogSettings: { destinationArn: GROUP_ARN, format: '{"id":"$context.requestId"}' } }, [
    ["an ARN with :*", { accessLogSettings: { destinationArn: `${GROUP_ARN}:*`, format: "$context.requestId" } }, "apigateway.access-log"],
    ["lines that nobody can follow up", { accessLogSettings: { destinationArn: GROUP_ARN, format: "$context.status" } }, "apigateway.access-log"],
    ["several lines", { accessLogSettings: { destinationArn: GROUP_ARN, format: "$context.requestId\n" } }, "apigateway.access-log"],
    ["a stream of another name", { accessLogSettings: { destinationArn: STREAM, format: "$context.requestId" } }, "apigateway.access-log"],
    ["a stream", { accessLogSettings: { destinationArn: STREAM.replace("/s", "/amazon-apigateway-s"), format: "$context.requestId" } }, "twin.not-modelled"],
  ]],
];

describe.each(CASES)("%# %s", (service, type, good, refused) => {
  const model = service.resources.find((one) => one.type === type);
  const codes = (inputs: object): readonly string[] => [...new Set(model?.check({ ...inputs }, PLACE).map(({ code }) => code))];
  test("takes what AWS takes", () => {
    expect(model).toBeDefined();
    expect(codes(good)).toEqual([]);
  });
  test.each(refused)("refuses %s", (_, change, code) => {
    expect(codes({ ...good, ...change })).toEqual([code]);
  });
});

describe("across resources", () => {
  const make = (type: string, id: string, inputs: object, outputs: object = {}, dependsOn: readonly string[] = [], region = "us-east-1"): GraphResource => ({
    urn: `urn:${id}`, type, name: id, id, region, inputs: { ...inputs }, outputs: { ...inputs, ...outputs }, dependsOn, propertyDependencies: {},
    options: { protect: false, retainOnDelete: false, ignoreChanges: [], explicitProvider: true },
  });
  const role = make("aws:iam/role:Role", "r", { name: "r" }, { arn: ROLE });
  const rolePolicy = make("aws:iam/rolePolicy:RolePolicy", "rp", { role: "r" });
  const destination = (dependsOn = ["urn:rp"]) => make("aws:cloudwatch/logDestination:LogDestination", "d", { roleArn: ROLE, targetArn: STREAM }, { arn: DESTINATION }, dependsOn);
  const admits = (account: string) =>
    make("aws:cloudwatch/logDestinationPolicy:LogDestinationPolicy", "dp", { destinationName: "d", accessPolicy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: account }, Action: ["logs:PutSubscriptionFilter"], Resource: [DESTINATION] }] }) });
  const filter = (id = "f", dependsOn = ["urn:dp"]) => make(SUBSCRIPTION, id, { ...FILTER, name: id }, {}, dependsOn);
  const delivery = (group: string) => make("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "s", { extendedS3Configuration: { cloudwatchLoggingOptions: { logGroupName: group } } }, { arn: STREAM });
  const OWN = admits("123456789012");

  test.each<[string, readonly GraphResource[], readonly string[]]>([
    ["all in order", [role, rolePolicy, destination(), OWN, filter(), delivery("/own")], []],
    ["a third filter of a group", [role, rolePolicy, destination(), OWN, filter("a"), filter("b"), filter("c")], ["logs.filters"]],
    ["a destination without a policy", [role, rolePolicy, destination(), filter()], ["logs.destination-policy"]],
    ["a policy for somebody else", [role, rolePolicy, destination(), admits("999999999999"), filter()], ["logs.destination-policy"]],
    ["a filter before the policy", [role, rolePolicy, destination(), OWN, filter("f", [])], ["logs.filter-order"]],
    ["a destination before its role may send", [role, rolePolicy, destination([]), OWN, filter()], ["logs.destination-order"]],
    ["a delivery that is told of itself", [role, rolePolicy, destination(), OWN, filter(), delivery("/g")], ["logs.loop"]],
  ])("%s", (_, resources, expected) => {
    expect((logs.graph?.({ resources, outputs: {}, refusals: [] } satisfies Graph) ?? []).map(({ code }) => code)).toEqual(expected);
  });
});
