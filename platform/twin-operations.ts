import { Cloud } from "../twin/cloud";
import { PROTOCOLS } from "../twin/doors/wire-answer";
import { noLatency } from "../twin/kernel/door";
import { VirtualKernel } from "../twin/kernel/virtual";
import { bringToLife, regionsOf } from "../twin/live";
import { loopbackAddresses } from "../twin/real";
import { InProcessHost } from "../twin/services/lambda/in-process";
import { ACCOUNT_ID } from "./account";
import type { DeployedStack } from "./stack";

/** docs/twin-operations.md: what the AWS endpoints of a running twin answer, read off the services themselves. */
export function twinOperations({ deployment, outputs }: DeployedStack): string {
  const cloud: Cloud = new Cloud({ kernel: new VirtualKernel(1), latency: noLatency, functions: new InProcessHost(() => cloud), accountId: ACCOUNT_ID });
  bringToLife(deployment, cloud, loopbackAddresses(regionsOf(deployment.graph)));
  const rows = PROTOCOLS.flatMap(({ name, services }) =>
    services.map((service) => {
      const operations = cloud.operationsOf(service, outputs.regions.secondary);
      return `| ${service} | ${name} | ${operations.map((operation) => `\`${operation}\``).join(", ")} |`;
    }),
  );
  return `# The twin's AWS endpoints

Generated from the code by \`npm run docs:operations\`; a test compares.

\`.twin/run.json\` names each region's endpoint by service (\`regions.<region>.endpoints\`). It speaks AWS's own protocols: to
the SDKs, to boto3, to the AWS CLI (\`--endpoint-url\`). Any key pair will do: an access key that the twin did not issue is the
account's owner. Anything that is not listed answers the protocol's unknown-operation error and names it.

\`\`\`sh
export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-2
aws dynamodb list-tables --endpoint-url "$(node -p 'require("./.twin/run.json").regions["us-east-2"].endpoints.dynamodb')"
\`\`\`

| service | protocol | operations |
|---|---|---|
${rows.join("\n")}
`;
}
