import { subnetCidr, TIERS, VPC_CIDRS, ZONES } from "../../../lib/subnets";
import { contains, formatCidr, overlap, parseCidr, part, type Cidr } from "../../../rules/network-cidr";

const block = (text: string): Cidr => {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is no block`);
  return parsed;
};

test.each([
  ["10.0.0.0/16", { address: 0x0a000000, prefix: 16 }],
  ["255.255.255.255/32", { address: 0xffffffff, prefix: 32 }],
  ["0.0.0.0/0", { address: 0, prefix: 0 }],
  ["10.0.0.1/16", undefined],
  ["10.0.0.0", undefined],
  ["10.0.0.0/33", undefined],
  ["10.0.256.0/24", undefined],
  ["ten.0.0.0/8", undefined],
])("whoever configures %s is understood as EC2 would", (text, expected) => {
  expect(parseCidr(text)).toEqual(expected);
});

test.each([
  ["10.0.0.0/16", "10.0.255.0/24", true, true],
  ["10.0.255.0/24", "10.0.0.0/16", false, true],
  ["10.0.0.0/16", "10.1.0.0/16", false, false],
  ["0.0.0.0/0", "192.168.0.0/24", true, true],
])("%s and %s: holds %p, overlaps %p", (one, other, holds, meets) => {
  expect([contains(block(one), block(other)), overlap(block(one), block(other))]).toEqual([holds, meets]);
});

test("a block is cut into equal parts, and not into parts that it has not", () => {
  expect([0, 1, 3].map((index) => formatCidr(part(block("10.1.0.0/16"), 2, index)))).toEqual(["10.1.0.0/18", "10.1.64.0/18", "10.1.192.0/18"]);
  for (const index of [-1, 4]) expect(() => part(block("10.1.0.0/16"), 2, index)).toThrow(RangeError);
  expect(() => part(block("10.1.0.0/31"), 2, 0)).toThrow("/33");
});

test("each region's subnets keep their addresses: a change would replace them with everything in them", () => {
  const layout = (vpc: string) => TIERS.map((tier) => Array.from({ length: ZONES }, (_, zone) => subnetCidr(vpc, tier, zone)));
  expect(layout(VPC_CIDRS.primary)).toEqual([
    ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"],
    ["10.0.64.0/20", "10.0.80.0/20", "10.0.96.0/20"],
    ["10.0.128.0/20", "10.0.144.0/20", "10.0.160.0/20"],
  ]);
  expect(layout(VPC_CIDRS.secondary).flat()[8]).toBe("10.1.160.0/20");
  expect(() => subnetCidr("10.0.0.0", "public", 0)).toThrow("allowed e.g. 10.0.0.0/16");
});
