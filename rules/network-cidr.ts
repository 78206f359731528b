/** A block of IPv4 addresses: `address` is its first one as a number. */
export interface Cidr {
  readonly address: number;
  /** Leading bits that all its addresses share, 0..32. */
  readonly prefix: number;
}

/** How many addresses a block of that prefix has. */
export const sizeOf = ({ prefix }: Pick<Cidr, "prefix">): number => 2 ** (32 - prefix);

/** `10.0.0.0/16` as numbers; undefined when it is no CIDR block, or has bits behind its prefix (RFC 4632). */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return address % sizeOf({ prefix }) === 0 ? { address, prefix } : undefined;
}

/** The block as text. */
export const formatCidr = ({ address, prefix }: Cidr): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".")}/${prefix}`;

/** Does the first block hold all of the second? */
export const contains = (outer: Cidr, inner: Cidr): boolean =>
  outer.address <= inner.address && inner.address + sizeOf(inner) <= outer.address + sizeOf(outer);

/** Have both blocks an address in common? Blocks never cross: one holds the other, or they are apart. */
export const overlap = (one: Cidr, other: Cidr): boolean => contains(one, other) || contains(other, one);

/**
 * The part number `index` of a block cut into 2^bits equal ones.
 * @throws {RangeError} when there is no such part
 */
export function part(block: Cidr, bits: number, index: number): Cidr {
  const prefix = block.prefix + bits;
  if (prefix > 32 || index < 0 || index >= 2 ** bits) {
    throw new RangeError(`part ${index} of ${formatCidr(block)}: allowed 0..${2 ** bits - 1} of at most /32, got /${prefix}`);
  }
  return { address: block.address + index * sizeOf({ prefix }), prefix };
}
