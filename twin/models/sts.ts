import type { InvokeModel, ServiceModels } from "./model";

const callerIdentity: InvokeModel = {
  token: "aws:index/getCallerIdentity:getCallerIdentity",
  answer: (_args, { accountId }) => ({ id: accountId, accountId, arn: `arn:aws:iam::${accountId}:user/deployer`, userId: "AIDADEPLOYER" }),
};

const region: InvokeModel = {
  token: "aws:index/getRegion:getRegion",
  answer: (args, place) => {
    const name = typeof args["region"] === "string" ? args["region"] : place.region;
    return { id: name, region: name, name, endpoint: `ec2.${name}.amazonaws.com`, description: name };
  },
};

const partition: InvokeModel = {
  token: "aws:index/getPartition:getPartition",
  answer: () => ({ id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
};

/** What a program asks of its own whereabouts. */
export const sts: ServiceModels = { resources: [], invokes: [callerIdentity, region, partition] };
