import type { Statement } from "./document";

/** AWS takes no ARN for these. "Giving Lambda functions access to resources in an Amazon VPC", section "Required IAM permissions". */
const WITHOUT_ARN = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
/** The same page: interfaces have no name before they are made, so the account's all are named. */
const OWN_INTERFACES = ["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"];

/** Lets Lambda make a function's network interfaces with the function's role, and the function's own code not. */
export const useNetworkInterfaces = (region: string, accountId: string, functionName: string): readonly Statement[] => [
  { Sid: "FindSubnets", Effect: "Allow", Action: WITHOUT_ARN, Resource: ["*"] },
  { Sid: "UseNetworkInterfaces", Effect: "Allow", Action: OWN_INTERFACES, Resource: [`arn:aws:ec2:${region}:${accountId}:*/*`] },
  {
    // The same page, "Best practices": Lambda's own calls carry no lambda:SourceFunctionArn, the code's do.
    Sid: "NotByItsCode",
    Effect: "Deny",
    Action: [...WITHOUT_ARN, ...OWN_INTERFACES].sort(),
    Resource: ["*"],
    Condition: { ArnEquals: { "lambda:SourceFunctionArn": `arn:aws:lambda:${region}:${accountId}:function:${functionName}` } },
  },
];

/** What VPC Flow Logs needs to write into its group. "IAM role for publishing flow logs to CloudWatch Logs", for the one group. */
export const writeFlowLogs = (logGroupArn: string, region: string, accountId: string): readonly Statement[] => [
  {
    Sid: "WriteFlowLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    Resource: [logGroupArn, `${logGroupArn}:*`],
  },
  { Sid: "FindLogGroup", Effect: "Allow", Action: ["logs:DescribeLogGroups"], Resource: [`arn:aws:logs:${region}:${accountId}:log-group:*`] },
];
