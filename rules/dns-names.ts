/** A name as Route 53 compares it: lower case, without the trailing dot. RFC 4343; "DNS domain name format". */
export const normalise = (name: string): string => {
  const lower = name.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
};
