"""Talks to a twin's endpoint with boto3 and prints what it saw as one JSON object, for tools.test.ts.

usage: tools.py <url> <region> <table> <bucket> <topic ARN> <log group> <role ARN> <CloudWatch protocol>
Credentials come from the environment.
"""
import datetime
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

url, region, table, bucket, topic, group, role, protocol = sys.argv[1:]
seen = {}


def client(name, **settings):
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=10, **settings)
    return boto3.client(name, region_name=region, endpoint_url=url, config=config)


def code(call, **parameters):
    try:
        call(**parameters)
        return "no error"
    except ClientError as error:
        return error.response["Error"]["Code"]


dynamodb = client("dynamodb")
key = {"id": {"S": "a"}}
dynamodb.put_item(TableName=table, Item={**key, "blob": {"B": b"\x00\xff"}, "n": {"N": "1"}})
updated = dynamodb.update_item(TableName=table, Key=key, UpdateExpression="SET n = n + :one", ExpressionAttributeValues={":one": {"N": "1"}}, ReturnValues="ALL_NEW")
seen["item"] = [dynamodb.get_item(TableName=table, Key=key)["Item"]["blob"]["B"].hex(), updated["Attributes"]["n"]["N"]]
seen["query"] = dynamodb.query(TableName=table, KeyConditionExpression="id = :id", ExpressionAttributeValues={":id": key["id"]})["Count"]
seen["scan"] = dynamodb.scan(TableName=table)["Count"]
seen["table"] = dynamodb.describe_table(TableName=table)["Table"]["TableStatus"]
seen["tables"] = dynamodb.list_tables()["TableNames"]
seen["condition"] = code(dynamodb.put_item, TableName=table, Item=key, ConditionExpression="attribute_not_exists(id)")
dynamodb.delete_item(TableName=table, Key=key)
streams = client("dynamodbstreams")
arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
shard = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
seen["stream"] = [record["eventName"] for record in streams.get_records(ShardIterator=iterator)["Records"]]

s3 = client("s3", s3={"addressing_style": "path"})
s3.put_object(Bucket=bucket, Key="a b/c+d", Body=b"hello", Metadata={"id": "7"})
seen["object"] = [s3.get_object(Bucket=bucket, Key="a b/c+d")["Body"].read().decode(), s3.head_object(Bucket=bucket, Key="a b/c+d")["Metadata"]["id"]]
seen["objects"] = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"]]
s3.delete_object(Bucket=bucket, Key="a b/c+d")
versions = s3.list_object_versions(Bucket=bucket)
seen["versions"] = [len(versions["Versions"]), len(versions["DeleteMarkers"])]
seen["buckets"] = [one["Name"] for one in s3.list_buckets()["Buckets"]]
seen["missing object"] = code(s3.get_object, Bucket=bucket, Key="none")

sns = client("sns")
seen["topics"] = [one["TopicArn"] for one in sns.list_topics()["Topics"]]
seen["message id"] = len(sns.publish(TopicArn=topic, Message="Zo\u00eb <&>", MessageAttributes={"a": {"DataType": "String", "StringValue": "x"}})["MessageId"]) > 0
seen["subscriptions"] = [one["Endpoint"] for one in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]
seen["missing topic"] = code(sns.publish, TopicArn=topic + "x", Message="x")

logs = client("logs")
seen["groups"] = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
seen["lines"] = [one["message"] for one in logs.filter_log_events(logGroupName=group, filterPattern='{ $.level = "error" }')["events"]]

cloudwatch = client("cloudwatch")
# A client speaks the first of the service's protocols that it knows; which one depends on its release.
cloudwatch.meta.service_model.metadata["protocols"] = [protocol]
cloudwatch.meta.service_model.metadata["protocol"] = protocol
if cloudwatch.meta.service_model.resolved_protocol != protocol:
    import botocore.session

    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def only(service_name, type_name, api_version=None):
        model = load(service_name, type_name, api_version)
        if service_name == "cloudwatch" and type_name == "service-2":
            model["metadata"].update(protocols=[protocol], protocol=protocol)
        return model

    loader.load_service_model = only
    cloudwatch = session.create_client("cloudwatch", region_name=region, endpoint_url=url, config=Config(retries={"total_max_attempts": 1}))
seen["protocol"] = cloudwatch.meta.service_model.resolved_protocol
alarm = cloudwatch.describe_alarms()["MetricAlarms"][0]
seen["alarm"] = [alarm["AlarmName"], alarm["Threshold"], alarm["Dimensions"][0]["Value"], isinstance(alarm["StateUpdatedTimestamp"], datetime.datetime)]
now = datetime.datetime.now(datetime.timezone.utc)
# Of this run alone: runs for other protocols may have put theirs a minute ago.
namespace = f"App/{protocol}"
cloudwatch.put_metric_data(Namespace=namespace, MetricData=[{"MetricName": f"m{n}", "Value": 1.5, "Timestamp": now} for n in range(500)])
query = {"Id": "m1", "MetricStat": {"Metric": {"Namespace": namespace, "MetricName": "m499"}, "Period": 60, "Stat": "Maximum"}}
hour = datetime.timedelta(hours=1)
result = cloudwatch.get_metric_data(MetricDataQueries=[query], StartTime=now - hour, EndTime=now + hour)["MetricDataResults"][0]
seen["metric"] = [result["Values"], result["Timestamps"][0].second]
seen["bad metric query"] = code(cloudwatch.get_metric_data, MetricDataQueries=[{**query, "MetricStat": {**query["MetricStat"], "Period": 7}}], StartTime=now - hour, EndTime=now)

sts = client("sts")
seen["identity"] = sts.get_caller_identity()["Arn"]
seen["session"] = sts.assume_role(RoleArn=role, RoleSessionName="session")["AssumedRoleUser"]["Arn"]

seen["unknown"] = {
    "dynamodb": code(dynamodb.describe_endpoints),
    "s3": code(s3.get_bucket_acl, Bucket=bucket),
    "sns": code(sns.create_topic, Name="x"),
    "logs": code(logs.describe_metric_filters),
    "cloudwatch": code(cloudwatch.list_dashboards),
    "sts": code(sts.get_federation_token, Name="abc"),
    "kms": code(client("kms").create_key),
}
print(json.dumps(seen))
