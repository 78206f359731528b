import type { FirehoseDeliveryStreamArgs } from "@pulumi/aws/kinesis";
import { deliveryObjections } from "../../rules/logs";
import { firehose as service } from "../services/firehose/index";
import { arn } from "./ids";
import { defineModel, type Objection, type ServiceModels } from "./model";

/** Defaults of the API. "BufferingHints". */
const BUFFER = { seconds: 300, megabytes: 5 };

/** What this twin's streams do with a record besides passing it on: nothing. What CloudWatch sends comes uncompressed here. */
const PASSED_ON = ["Decompression", "AppendDelimiterToRecord"];

const notModelled = (property: string, message: string): Objection => ({ code: "twin.not-modelled", property, message });

const stream = defineModel<FirehoseDeliveryStreamArgs>({
  type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  check(inputs, { name }) {
    const { destination, extendedS3Configuration: s3, serverSideEncryption: encryption } = inputs;
    const id = inputs.name ?? name;
    const found: Objection[] = [];
    if (!/^[a-zA-Z0-9_.-]{1,64}$/.test(id)) found.push({ code: "firehose.name", property: "name", message: `got ${id} (${id.length} characters); allowed 1..64 letters, digits and _.-` });
    if (destination !== "extended_s3") found.push(notModelled("destination", `got ${destination}; this twin delivers to extended_s3 only`));
    else if (!s3) found.push({ code: "firehose.configuration", property: "extendedS3Configuration", message: "missing; destination extended_s3 needs it" });
    if (encryption?.keyType === "CUSTOMER_MANAGED_CMK" && !encryption.keyArn) {
      found.push({ code: "firehose.key", property: "serverSideEncryption.keyArn", message: "missing; keyType CUSTOMER_MANAGED_CMK needs the key's ARN" });
    }
    if (!s3) return found;
    const { prefix, errorOutputPrefix, bufferingInterval, bufferingSize, compressionFormat = "UNCOMPRESSED" } = s3;
    found.push(
      ...deliveryObjections({
        ...(prefix === undefined ? {} : { prefix }),
        ...(errorOutputPrefix === undefined ? {} : { errorOutputPrefix }),
        ...(bufferingInterval === undefined ? {} : { bufferingInterval }),
        ...(bufferingSize === undefined ? {} : { bufferingSize }),
      }),
    );
    if (compressionFormat !== "UNCOMPRESSED") found.push(notModelled("extendedS3Configuration.compressionFormat", `got ${compressionFormat}; this twin writes UNCOMPRESSED only`));
    const others = (s3.processingConfiguration?.processors ?? []).map(({ type }) => type).filter((type) => !PASSED_ON.includes(type));
    if (others.length > 0) found.push(notModelled("extendedS3Configuration.processingConfiguration", `got ${others.join(", ")}; this twin knows ${PASSED_ON.join(", ")}`));
    return found;
  },
  outputs(inputs, { accountId, region, name }) {
    const id = inputs.name ?? name;
    const own = arn("firehose", region, accountId, `deliverystream/${id}`);
    return { id: own, outputs: { arn: own, name: id, destinationId: "destinationId-000000000001", versionId: "1" } };
  },
  replaceOn: ["name", "destination", "region"],
  live({ inputs: { extendedS3Configuration: s3 }, outputs, resource }, cloud) {
    if (!s3) return;
    const { bufferingInterval, bufferingSize, kmsKeyArn, cloudwatchLoggingOptions: errors } = s3;
    service(cloud, resource.region ?? "").create({
      name: String(outputs["name"]),
      arn: String(outputs["arn"]),
      roleArn: s3.roleArn,
      bucket: s3.bucketArn.replace("arn:aws:s3:::", ""),
      prefix: s3.prefix ?? "",
      extension: s3.fileExtension ?? "",
      intervalSeconds: bufferingInterval ?? BUFFER.seconds,
      bufferBytes: (bufferingSize ?? BUFFER.megabytes) * 1024 * 1024,
      ...(kmsKeyArn === undefined ? {} : { keyArn: kmsKeyArn }),
      ...(errors?.enabled ? { errorLog: { group: errors.logGroupName ?? "", stream: errors.logStreamName ?? "" } } : {}),
    });
  },
});

/** Data Firehose's delivery streams. */
export const firehose: ServiceModels = { resources: [stream] };
