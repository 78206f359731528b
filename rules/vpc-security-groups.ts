import { when, type NetworkObjection } from "./network";
import { parseCidr } from "./network-cidr";

type Found = readonly NetworkObjection[];

/** "CreateSecurityGroup" (Amazon EC2 API reference): GroupName and GroupDescription. */
const TEXT = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
const ALLOWED = "1..255 of letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*";

export function securityGroupObjections({ name, description }: { readonly name?: string | undefined; readonly description?: string | undefined }): Found {
  return [
    ...when(name !== undefined && !TEXT.test(name), "group-name", "name", `got ${JSON.stringify(name)}; allowed ${ALLOWED}`),
    ...when(name?.startsWith("sg-") ?? false, "group-name", "name", `got ${JSON.stringify(name)}; it must not start with sg-`),
    ...when(description !== undefined && !TEXT.test(description), "group-description", "description", `got ${JSON.stringify(description)}; allowed ${ALLOWED}`),
  ];
}

/** The other end of a rule: where traffic comes from, or goes to. */
export const RULE_ENDS = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"] as const;

export type SecurityGroupRule = Readonly<Partial<Record<(typeof RULE_ENDS)[number], string | undefined>>> & {
  readonly ipProtocol: string;
  readonly fromPort?: number | undefined;
  readonly toPort?: number | undefined;
  readonly description?: string | undefined;
};

/** TCP and UDP by name or number have ports; -1 is everything. */
const WITH_PORTS = ["tcp", "udp", "6", "17"];
const isPort = (value: number | undefined): value is number => value !== undefined && Number.isInteger(value) && value >= 0 && value <= 65_535;

/** "AuthorizeSecurityGroupIngress" and "AuthorizeSecurityGroupEgress" (Amazon EC2 API reference), "IpPermission". */
export function securityRuleObjections(rule: SecurityGroupRule): Found {
  const ends = RULE_ENDS.filter((end) => rule[end] !== undefined);
  const { cidrIpv4, ipProtocol, fromPort, toPort, description } = rule;
  const ports = `${fromPort ?? "none"}..${toPort ?? "none"}`;
  return [
    ...when(ends.length !== 1, "rule-end", "cidrIpv4", `got ${ends.join(", ") || "none"}; allowed exactly one of ${RULE_ENDS.join(", ")}`),
    ...when(cidrIpv4 !== undefined && !parseCidr(cidrIpv4), "cidr", "cidrIpv4", `got ${cidrIpv4}; allowed an IPv4 block, e.g. 10.0.0.0/16`),
    ...when(ipProtocol === "-1" && (fromPort !== undefined || toPort !== undefined), "rule-ports", "fromPort", `got ${ports} with ipProtocol -1, which means all ports; leave them out`),
    ...when(
      WITH_PORTS.includes(ipProtocol) && !(isPort(fromPort) && isPort(toPort) && fromPort <= toPort),
      "rule-ports",
      "fromPort",
      `got ${ports}; allowed 0..65535 in fromPort and toPort, the lower one first`,
    ),
    ...when(description !== undefined && !TEXT.test(description), "rule-description", "description", `got ${JSON.stringify(description)}; allowed ${ALLOWED}`),
  ];
}

/** Does a rule let a TCP connection to `port` through? */
export function coversTcp({ ipProtocol, fromPort, toPort }: SecurityGroupRule, port: number): boolean {
  if (ipProtocol === "-1") return true;
  return (ipProtocol === "tcp" || ipProtocol === "6") && fromPort !== undefined && toPort !== undefined && fromPort <= port && port <= toPort;
}

/** Does a rule speak of everybody? */
export const isOpen = ({ cidrIpv4, cidrIpv6 }: SecurityGroupRule): boolean => cidrIpv4?.endsWith("/0") === true || cidrIpv6?.endsWith("/0") === true;
