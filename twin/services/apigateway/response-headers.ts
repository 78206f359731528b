import { isObject, type Json } from "../../../rules/apigateway-document";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Names that the gateway sets itself: the function's go by another name. "Amazon API Gateway important notes for REST APIs". */
const REMAPPED = new Set(["authorization", "connection", "content-md5", "date", "host", "max-forwards", "server", "trailer", "user-agent", "www-authenticate"]);
const DROPPED = new Set(["content-length", "transfer-encoding"]);
const NOT_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** What becomes of a header of a function's answer: it gets this name, is left out, or spoils the answer. */
type Fate = { readonly name: string } | "dropped" | "malformed";

function decideFate(name: string): Fate {
  if (!TOKEN.test(name)) return "malformed";
  const lower = name.toLowerCase();
  if (DROPPED.has(lower)) return "dropped";
  return { name: REMAPPED.has(lower) ? `x-amzn-remapped-${lower}` : lower };
}

/** Functions give the same few names, so the fate of a name is decided once; so many are kept. */
const fates = new Map<string, Fate>();
const KEPT = 1000;

function fateOf(name: string): Fate {
  let fate = fates.get(name);
  if (!fate) {
    fate = decideFate(name);
    if (fates.size >= KEPT) fates.clear();
    fates.set(name, fate);
  }
  return fate;
}

const isValue = (value: unknown): boolean => typeof value === "string" || typeof value === "boolean" || typeof value === "number";

/** False where the header is malformed. */
function put(found: Record<string, string>, name: string, text: string): boolean {
  const fate = fateOf(name);
  if (fate === "malformed" || NOT_A_VALUE.test(text)) return false;
  if (fate !== "dropped") found[fate.name] = text;
  return true;
}

const areHeaders = (headers: unknown): headers is Json | null | undefined => headers === undefined || headers === null || isObject(headers);

/** The headers that the client gets, by lower-case names; undefined where the function's are malformed. */
export function responseHeaders(single: unknown, multiple: unknown): Record<string, string> | undefined {
  if (!areHeaders(single) || !areHeaders(multiple)) return undefined;
  // The gateway's own two. The id is told when the answer leaves; that it is here already keeps these objects in one shape.
  const found: Record<string, string> = { "content-type": "application/json", "x-amzn-requestid": "" };
  for (const name of Object.keys(single ?? {})) {
    const value = single?.[name];
    if (!isValue(value) || !put(found, name, String(value))) return undefined;
  }
  for (const name of Object.keys(multiple ?? {})) {
    const values = [multiple?.[name]].flat();
    if (!values.every(isValue) || !put(found, name, values.map(String).join(", "))) return undefined;
  }
  return found;
}
