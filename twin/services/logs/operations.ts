import type {
  DescribeLogGroupsCommandInput,
  DescribeLogStreamsCommandInput,
  DescribeSubscriptionFiltersCommandInput,
  FilterLogEventsCommandInput,
  GetLogEventsCommandInput,
  PutLogEventsCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { lineFilter, PatternError, type LineFilter } from "../../../rules/logs-pattern";
import type { AccessRules, Cloud, Operations } from "../../cloud";
import { AwsError } from "../../errors";
import type { LogEvent, LogGroup } from "./group";
import { keyDenied } from "./group-key";
import type { Logs } from "./index";

const invalid = (message: string): AwsError => new AwsError("InvalidParameterException", message);

/** A group by its name or its ARN. */
const nameOf = (name: string | undefined, identifier: string | undefined): string => {
  const given = name ?? identifier;
  if (given === undefined || given === "") throw invalid("1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not be null");
  return given.startsWith("arn:") ? given.split(":log-group:")[1]?.replace(/:\*$/, "") ?? given : given;
};

function filterOf(pattern: string | undefined): LineFilter {
  try {
    return lineFilter(pattern ?? "");
  } catch (error) {
    if (error instanceof PatternError) throw invalid(`Invalid filter pattern: ${error.message}`);
    throw error;
  }
}

interface Page {
  readonly start: number;
  readonly size: number;
}

/** Tokens are offsets. */
function pageOf(token: string | undefined, limit: number | undefined, most: number): Page {
  const start = token === undefined ? 0 : Number(token.replace(/^[fb]\//, ""));
  if (!Number.isInteger(start) || start < 0) throw invalid("The specified nextToken is invalid.");
  if (limit !== undefined && (limit < 1 || limit > most)) throw invalid(`limit: got ${limit}; allowed 1..${most}`);
  return { start, size: limit ?? most };
}

const rest = <T>(all: readonly T[], { start, size }: Page): { readonly items: readonly T[]; readonly token: { readonly nextToken?: string } } => ({
  items: all.slice(start, start + size),
  token: start + size < all.length ? { nextToken: String(start + size) } : {},
});

const inTime = ({ at }: LogEvent, startTime: number | undefined, endTime: number | undefined): boolean => at >= (startTime ?? 0) && (endTime === undefined || at < endTime);

const shownGroup = ({ spec, createdAt, subscriptions }: LogGroup): object => ({
  logGroupName: spec.name,
  arn: `${spec.arn}:*`,
  logGroupArn: spec.arn,
  creationTime: createdAt,
  metricFilterCount: 0,
  storedBytes: 0,
  logGroupClass: "STANDARD",
  ...(spec.retentionDays === undefined ? {} : { retentionInDays: spec.retentionDays }),
  ...(spec.keyArn === undefined ? {} : { kmsKeyId: spec.keyArn }),
  ...(subscriptions.size === 0 ? {} : { inheritedProperties: [] }),
});

function shownStreams({ spec, createdAt, streams }: LogGroup): readonly { readonly logStreamName: string; readonly lastEventTimestamp?: number }[] {
  return [...streams].map(([logStreamName, times]) => ({
    logStreamName,
    arn: `${spec.arn}:log-stream:${logStreamName}`,
    creationTime: times?.first ?? createdAt,
    storedBytes: 0,
    ...(times ? { firstEventTimestamp: times.first, lastEventTimestamp: times.last, lastIngestionTime: times.last } : {}),
  }));
}

/** A group whose events can be written and read now. Throws ResourceNotFoundException or AccessDeniedException. */
function openGroup(logs: Logs, name: string): LogGroup {
  const group = logs.group(name);
  if (group.keyRefusal() !== undefined) throw keyDenied(group.spec);
  return group;
}

/** CloudWatch Logs' SDK operations. CloudWatch Logs API reference. */
export const operations = (logs: Logs, cloud: Cloud): Operations => ({
  DescribeLogGroups({ logGroupNamePrefix = "", logGroupNamePattern, nextToken, limit }: DescribeLogGroupsCommandInput) {
    const chosen = ({ spec: { name } }: LogGroup): boolean =>
      logGroupNamePattern === undefined ? name.startsWith(logGroupNamePrefix) : name.toLowerCase().includes(logGroupNamePattern.toLowerCase());
    const sorted = logs.groups().filter(chosen).sort((a, b) => (a.spec.name < b.spec.name ? -1 : 1));
    const { items, token } = rest(sorted, pageOf(nextToken, limit, 50));
    return { logGroups: items.map(shownGroup), ...token };
  },
  DescribeLogStreams({ logGroupName, logGroupIdentifier, logStreamNamePrefix = "", orderBy, descending, nextToken, limit }: DescribeLogStreamsCommandInput) {
    const found = shownStreams(logs.group(nameOf(logGroupName, logGroupIdentifier))).filter(({ logStreamName }) => logStreamName.startsWith(logStreamNamePrefix));
    const byTime = orderBy === "LastEventTime";
    found.sort((a, b) => (byTime ? (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0) : a.logStreamName < b.logStreamName ? -1 : 1));
    if (descending) found.reverse();
    const { items, token } = rest(found, pageOf(nextToken, limit, 50));
    return { logStreams: items, ...token };
  },
  FilterLogEvents(input: FilterLogEventsCommandInput) {
    const { logGroupName, logGroupIdentifier, logStreamNames, logStreamNamePrefix = "", startTime, endTime, filterPattern, nextToken, limit } = input;
    const matches = filterOf(filterPattern);
    const chosen = (event: LogEvent): boolean =>
      inTime(event, startTime, endTime === undefined ? undefined : endTime + 1) &&
      (logStreamNames === undefined || logStreamNames.includes(event.stream)) &&
      event.stream.startsWith(logStreamNamePrefix) &&
      matches(event.line);
    const { items, token } = rest(openGroup(logs, nameOf(logGroupName, logGroupIdentifier)).events().filter(chosen), pageOf(nextToken, limit, 10_000));
    return { events: items.map(({ at, stream, message, id }) => ({ eventId: id, timestamp: at, ingestionTime: at, logStreamName: stream, message })), searchedLogStreams: [], ...token };
  },
  GetLogEvents({ logGroupName, logGroupIdentifier, logStreamName, startTime, endTime, startFromHead, nextToken, limit }: GetLogEventsCommandInput) {
    const group = openGroup(logs, nameOf(logGroupName, logGroupIdentifier));
    if (!group.streams.has(logStreamName ?? "")) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    const all = group.events().filter((event) => event.stream === logStreamName && inTime(event, startTime, endTime));
    const page = pageOf(nextToken, limit, 10_000);
    // Without a token: the newest, unless asked from the head. The same token comes back at an end.
    const start = nextToken === undefined && startFromHead !== true ? Math.max(0, all.length - page.size) : Math.min(page.start, all.length);
    const events = all.slice(start, start + page.size);
    return {
      events: events.map(({ at, message }) => ({ timestamp: at, ingestionTime: at, message })),
      nextForwardToken: `f/${start + events.length}`,
      nextBackwardToken: `b/${Math.max(0, start - page.size)}`,
    };
  },
  DescribeSubscriptionFilters({ logGroupName }: DescribeSubscriptionFiltersCommandInput) {
    const group = logs.group(nameOf(logGroupName, undefined));
    const shown = [...group.subscriptions.values()].map(({ spec: { name, pattern, destination } }) => ({
      filterName: name,
      logGroupName: group.spec.name,
      filterPattern: pattern,
      destinationArn: destination.arn,
      distribution: "ByLogStream",
      creationTime: group.createdAt,
    }));
    return { subscriptionFilters: shown };
  },
  PutLogEvents({ logGroupName, logStreamName, logEvents }: PutLogEventsCommandInput) {
    const group = openGroup(logs, nameOf(logGroupName, undefined));
    if (!group.streams.has(logStreamName ?? "")) throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
    for (const { message = "", timestamp = cloud.kernel.now() } of logEvents ?? []) group.append(logStreamName ?? "", timestamp, message);
    return {};
  },
});

interface Named {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logStreamName?: string;
}

/** Service authorization reference, "Amazon CloudWatch Logs". */
export function access(region: string, accountId: string): AccessRules {
  const groupArn = ({ logGroupName, logGroupIdentifier }: Named): string => `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName ?? logGroupIdentifier ?? ""}`;
  const onGroup = (operation: string) => (input: Named) => [{ action: `logs:${operation}`, resource: `${groupArn(input)}:*` }];
  const onStream = (operation: string) => (input: Named) => [{ action: `logs:${operation}`, resource: `${groupArn(input)}:log-stream:${input.logStreamName ?? ""}` }];
  return {
    needs: {
      DescribeLogGroups: () => [{ action: "logs:DescribeLogGroups", resource: `arn:aws:logs:${region}:${accountId}:log-group:*` }],
      DescribeLogStreams: onGroup("DescribeLogStreams"),
      FilterLogEvents: onGroup("FilterLogEvents"),
      DescribeSubscriptionFilters: onGroup("DescribeSubscriptionFilters"),
      GetLogEvents: onStream("GetLogEvents"),
      PutLogEvents: onStream("PutLogEvents"),
    },
  };
}
