import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { StackOutputs } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import { sdkClient } from "../../twin/runtime";

/** Puts a document into a region's bucket for them, as people of the organisation do. */
export async function keepDocument(cloud: Cloud, { regions, bucketNames }: StackOutputs, role: "primary" | "secondary"): Promise<void> {
  const region = regions[role];
  const client = sdkClient(cloud, region, S3Client);
  await client.send(new PutObjectCommand({ Bucket: bucketNames[region]?.documents ?? "", Key: `drill/${cloud.kernel.random("documents").id(16)}`, Body: "a document of the drill" }));
}
