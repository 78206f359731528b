import type { NetworkAttachment } from "../../../twin/services/vpc/index";
import { virtualCloud } from "../lambda/support";
import { attachment, defaultRoute, egress, gateway, ingress, inter, nat, network, REGION, through, type Change } from "./support";

/** @param to the service, in another region `service@region` */
function passes(changes: readonly Change[], to: string, from: NetworkAttachment = attachment()): boolean {
  const [service = "", region = REGION] = to.split("@");
  return network(virtualCloud().cloud, ...changes).way(from, { region, service }) !== undefined;
}

const toList = egress({ prefixListId: "pl-dynamodb" });
const toAll = egress({ cidrIpv4: "0.0.0.0/0" });
const table = through(gateway("dynamodb", ["private-table"]));
const toEnds = egress({ referencedSecurityGroupId: "ends" });
const fromFn = ingress({ referencedSecurityGroupId: "fn" });

test.each<[string, readonly Change[], string]>([
  ["a gateway endpoint and egress to its list", [table, toList], "dynamodb"],
  ["a gateway endpoint and egress to everywhere", [table, toAll], "dynamodb"],
  ["a gateway endpoint and egress of all protocols", [table, egress({ prefixListId: "pl-dynamodb", ipProtocol: "-1" })], "dynamodb"],
  ["an interface endpoint, both groups agreeing", [through(inter("sns")), toEnds, fromFn], "sns"],
  ["an interface endpoint, both groups naming addresses", [through(inter("sns")), egress({ cidrIpv4: "10.0.0.0/16" }), ingress({ cidrIpv4: "10.0.64.0/18" })], "sns"],
  ["an endpoint whose name differs from the SDK's", [through(inter("kinesis-firehose")), toEnds, fromFn], "firehose"],
  ["NAT and egress to everywhere", [...nat, toAll], "sns"],
  ["NAT to another region", [...nat, toAll], "sns@us-east-2"],
  ["NAT for a service whose gateway endpoint serves other subnets", [...nat, through(gateway("dynamodb", ["isolated-table"])), toList], "dynamodb"],
  ["NAT past an endpoint without private DNS", [...nat, through(inter("sns", false)), toAll], "sns"],
])("packets arrive by %s", (_, changes, to) => {
  expect(passes(changes, to)).toBe(true);
});

test.each<[string, readonly Change[], string]>([
  ["nothing leads there", [toAll], "sns"],
  ["the gateway endpoint is missing", [toList, toAll], "dynamodb"],
  ["the gateway endpoint serves other subnets", [through(gateway("dynamodb", ["public-table"])), toList], "dynamodb"],
  ["the group does not let packets out", [table], "dynamodb"],
  ["the group names the VPC's own addresses, where the service is not", [table, egress({ cidrIpv4: "10.0.0.0/16" })], "dynamodb"],
  ["the group names another service's list", [table, egress({ prefixListId: "pl-s3" })], "dynamodb"],
  ["the group lets another port out", [table, egress({ prefixListId: "pl-dynamodb" }, { fromPort: 80, toPort: 80 })], "dynamodb"],
  ["the group lets UDP out", [table, egress({ prefixListId: "pl-dynamodb" }, { ipProtocol: "udp" })], "dynamodb"],
  ["a gateway endpoint leads to its own region only", [table, toList], "dynamodb@us-east-2"],
  ["the endpoint's group lets nobody in", [through(inter("sns")), toEnds], "sns"],
  ["the endpoint's group lets others in", [through(inter("sns")), toEnds, ingress({ referencedSecurityGroupId: "others" })], "sns"],
  ["the function's group does not name the endpoint's", [through(inter("sns")), fromFn, toList], "sns"],
  ["the endpoint has no private DNS, and its service's name leads outside", [through(inter("sns", false)), toEnds, fromFn], "sns"],
  ["a closed endpoint takes the name away from NAT", [...nat, through(inter("sns")), toAll], "sns"],
  ["there is NAT, but no egress to the internet", [...nat, toList], "sns"],
  ["NAT stands in a subnet without a way out", [...nat.slice(0, 3), toAll], "sns"],
  ["an internet gateway alone serves no interface without a public address", [({ internetGateways }) => void internetGateways.add("igw"), defaultRoute("private-table", "igw"), toAll], "sns"],
])("packets vanish where %s", (_, changes, to) => {
  expect(passes(changes, to)).toBe(false);
});

test("an unknown subnet, or none at all, is nowhere", () => {
  for (const subnetIds of [[], ["gone"]]) expect(passes([table, toList], "dynamodb", attachment({ subnetIds }))).toBe(false);
});

test("where one subnet of two has a way, calls get through by chance, the same for the same seed", () => {
  const run = (): readonly boolean[] => {
    const service = network(virtualCloud(7).cloud, table, toList);
    const both = attachment({ subnetIds: ["private", "public"] });
    return Array.from({ length: 200 }, () => service.way(both, { region: REGION, service: "dynamodb" }) !== undefined);
  };
  const first = run();
  const through = first.filter((passed) => passed).length;
  expect(through).toBeGreaterThan(60);
  expect(through).toBeLessThan(140);
  expect(run()).toEqual(first);
});

test("a network that changes is looked at again, and what is cut off is told once", () => {
  const { cloud, kernel } = virtualCloud();
  const told: unknown[] = [];
  kernel.observe(({ kind, data }) => kind === "vpc.unreachable" && told.push(data));
  const service = network(cloud, toList);
  const from = attachment();
  const ask = () => service.way(from, { region: REGION, service: "dynamodb" }) !== undefined;
  expect([ask(), ask(), ask()]).toEqual([false, false, false]);
  expect(told).toEqual([{ function: "worker", service: "dynamodb", region: REGION, share: 0 }]);
  service.change(table);
  expect(ask()).toBe(true);
});
