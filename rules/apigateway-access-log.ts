/** What is wrong with a stage's access log; undefined = nothing. API Gateway developer guide, "Set up CloudWatch logging for REST APIs in API Gateway". */
export function accessLogObjection({ destinationArn, format }: { readonly destinationArn: string; readonly format: string }): string | undefined {
  if (destinationArn.startsWith("arn:aws:firehose:")) {
    if (!/:deliverystream\/amazon-apigateway-/.test(destinationArn)) return `destinationArn: got ${destinationArn}; a Firehose stream's name must begin with amazon-apigateway-`;
  } else if (!/^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[^:*]+$/.test(destinationArn)) {
    return `destinationArn: got ${destinationArn}; allowed a log group's ARN without :* at its end`;
  }
  if (/[\r\n]/.test(format)) return "format: got several lines; a log line is one";
  return /\$context\.(extendedRequestId|requestId)\b/.test(format) ? undefined : `format: got ${format}; it must have $context.requestId or $context.extendedRequestId`;
}
