/** A name as Route 53 compares it: lower case, without the trailing dot. RFC 4343; "DNS domain name format". */
export const normalise = (name: string): string => {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
};

/** Is `name` the domain itself or a name below it? Both normalised. */
export const within = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** The name without its first label; undefined for a single label. */
export const parentOf = (name: string): string | undefined => {
  const dot = name.indexOf(".");
  return dot < 0 ? undefined : name.slice(dot + 1);
};

/** The longest domain that holds both names; undefined when they share not even the last label. */
export function commonDomain(a: string, b: string): string | undefined {
  let domain: string | undefined = a;
  while (domain !== undefined && !within(b, domain)) domain = parentOf(domain);
  return domain;
}
