import { alarmsWhereMetricsAre } from "../rules/stack-alarms";
import { everyProviderIsExplicit, type StackRule } from "../rules/stack";
import { checkedFailoverNames, checkedRoutes, nestedChecks, unreachableByTls } from "../rules/stack-health";
import { failoverHostsInBothRegions, namesReachApis } from "../rules/stack-names";
import { CHECKS, type Check } from "./checks";

interface Line {
  /** Stable: what a project's policy configuration names. */
  readonly name: string;
  /** Mandatory: cannot work, or is refused by AWS half-way. Advisory: works, until one day. */
  readonly level: "mandatory" | "advisory";
  /** What goes wrong without it. */
  readonly why: string;
}

/** A rule about single resources: which findings of a check are its own. */
export interface ResourceRule extends Line {
  readonly check: Check;
  /** Codes, a final `*` for any ending. */
  readonly codes: readonly string[];
  /** Nothing is said while one of these inputs is not known yet. */
  readonly needs?: readonly string[];
}

/** A rule about all resources together. */
export interface ManyRule extends Line {
  readonly across: StackRule;
}

/** The pack, a line for each rule. */
export const RESOURCE_RULES: readonly ResourceRule[] = [
  { name: "lambda-reserved-variables", level: "mandatory", check: CHECKS.function, codes: ["lambda.reserved-variable"], why: "Lambda refuses variables that it sets itself (AWS_REGION …): the deployment stops half-way" },
  { name: "lambda-dead-runtimes", level: "mandatory", check: CHECKS.function, codes: ["lambda.runtime"], why: "Lambda creates no functions of deprecated runtimes: the day of the disaster is a bad day to learn it" },
  { name: "lambda-permission-source", level: "mandatory", check: CHECKS.permission, codes: ["lambda.permission-open"], why: "Without a source ARN anyone's API, bucket or topic may call the function" },
  { name: "route53-primary-is-checked", level: "mandatory", check: CHECKS.record, codes: ["route53.primary-unchecked"], why: "A PRIMARY record without a health check is healthy for ever: DNS never fails over" },
  { name: "route53-calculated-can-be-healthy", level: "mandatory", check: CHECKS.healthCheck, codes: ["route53.health-child-threshold", "route53.health-children"], needs: ["childHealthchecks"], why: "A threshold above the number of children is never healthy, 0 always" },
  { name: "route53-health-check", level: "mandatory", check: CHECKS.healthCheck, codes: ["route53.health-*"], why: "Route 53 refuses the check, or it can never be healthy (checker regions, search strings, private addresses, SNI)" },
  { name: "cloudwatch-dimensions-exist", level: "mandatory", check: CHECKS.alarm, codes: ["cloudwatch.dimension*"], why: "An alarm on dimensions that the metric does not have never has data and never sounds" },
  { name: "cloudwatch-route53-region", level: "mandatory", check: CHECKS.alarm, codes: ["cloudwatch.route53-region"], why: "Health checks publish in us-east-1 only; an alarm elsewhere never has data" },
  { name: "cloudwatch-action-region", level: "mandatory", check: CHECKS.alarm, codes: ["cloudwatch.action-region"], why: "An alarm reaches topics of its own region only" },
  { name: "s3-replication-time-control", level: "mandatory", check: CHECKS.replication, codes: ["s3.replication-time", "s3.replication-metrics"], why: "Replication time control is 15 minutes and needs metrics; anything else is refused" },
  { name: "s3-public-access", level: "mandatory", check: CHECKS.publicAccess, codes: ["s3.public-access"], why: "Each of the four switches closes another way for a bucket to become public" },
  { name: "s3-public-acl", level: "mandatory", check: CHECKS.bucket, codes: ["s3.public-acl"], why: "A canned ACL that lets anyone read" },
  { name: "dynamodb-strong-region-set", level: "mandatory", check: CHECKS.table, codes: ["dynamodb.strong-*"], why: "Strong consistency takes three different members of one region set, no TTL, no local indexes" },
  { name: "dynamodb-deletion-protection", level: "mandatory", check: CHECKS.table, codes: ["dynamodb.unprotected"], why: "Pulumi's protect holds back one program; AWS's own protection holds back everyone" },
  { name: "dynamodb-index-cardinality", level: "advisory", check: CHECKS.table, codes: ["dynamodb.index-cardinality"], why: "An index by status alone is one hot partition that throttles the table's writes (a guess by the attribute's name)" },
  { name: "logs-have-retention", level: "advisory", check: CHECKS.logGroup, codes: ["logs.no-retention"], why: "Log groups without retention keep and cost for ever" },
  { name: "apigateway-regional", level: "advisory", check: CHECKS.restApi, codes: ["apigateway.endpoint-type"], why: "An EDGE API hangs on CloudFront, whose control plane is in us-east-1" },
];

export const STACK_RULES: readonly ManyRule[] = [
  { name: "provider-is-explicit", level: "mandatory", across: everyProviderIsExplicit, why: "The default provider goes to the region of whoever runs it" },
  { name: "route53-checked-route-answers", level: "mandatory", across: checkedRoutes, why: "A check on a host or path that no API answers to an unsigned GET is ill for ever" },
  { name: "route53-check-not-on-failover-name", level: "mandatory", across: checkedFailoverNames, why: "A check on the name that it steers asks itself" },
  { name: "route53-calculated-not-nested", level: "mandatory", across: nestedChecks, why: "A calculated check takes no calculated children" },
  { name: "apigateway-checked-name-offers-tls12", level: "mandatory", across: unreachableByTls, why: "Checkers speak TLS 1.2 at most: TLS 1.3 only, or client certificates, is permanent ill health" },
  { name: "apigateway-name-has-domain", level: "mandatory", across: namesReachApis, why: "A CNAME to execute-api without a custom domain of that name in that region is 403 for every request" },
  { name: "apigateway-failover-host-in-both-regions", level: "mandatory", across: failoverHostsInBothRegions, why: "After the failover the other region does not know the name" },
  { name: "cloudwatch-alarm-where-metric-is", level: "mandatory", across: alarmsWhereMetricsAre, why: "An alarm on a metric of another region's resource never has data" },
];

/** Whatever else rules/ objects to: AWS would refuse it half-way through the deployment. */
export const REST = { name: "aws-would-refuse", level: "mandatory", why: "Limits, names and formats that the AWS API reference states: the deployment would stop half-way" } as const satisfies Line;
