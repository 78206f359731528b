export { normalise } from "../../../rules/dns-names";

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
