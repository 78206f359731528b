import type { Statement } from "./document";

/** Writes into its own log group. The group exists already, so it may not make one. */
export const writeLogs = (logGroupArn: string): readonly Statement[] => [
  { Sid: "WriteLogs", Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [`${logGroupArn}:*`] },
];

/**
 * What API Gateway needs to write access and execution logs; as AmazonAPIGatewayPushToCloudWatchLogs, which names no
 * resource, but for the own account and region.
 */
export const writeExecutionLogs = (region: string, accountId: string): readonly Statement[] => [
  {
    Sid: "WriteApiLogs",
    Effect: "Allow",
    Action: [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
    ],
    Resource: [`arn:aws:logs:${region}:${accountId}:log-group:*`],
  },
];
