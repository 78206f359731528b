import { AwsError } from "../errors";
import { header, type WireProtocol, type WireRequest, type WireResponse } from "./wire-protocol";

/** What the protocol does not tell about an operation's members: on the wire every value is text. */
interface QueryService {
  /** The signing name. */
  readonly service: string;
  /** The XML namespace of its answers. */
  readonly namespace: string;
  /** Members of inputs that are integers, by their names. */
  readonly numbers?: readonly string[];
  /** Members of inputs that are base64, by their names. */
  readonly bytes?: readonly string[];
  /** Members of outputs that are maps (an object otherwise is a structure). */
  readonly maps?: readonly string[];
  /** Codes on the wire of exceptions whose names differ, e.g. `NotFoundException`. */
  readonly codes?: Readonly<Record<string, string>>;
}

/** Services by the API version that their requests name. To add one: a line here. */
const SERVICES: Readonly<Record<string, QueryService>> = {
  "2011-06-15": { service: "sts", namespace: "https://sts.amazonaws.com/doc/2011-06-15/", numbers: ["DurationSeconds"] },
  "2010-03-31": {
    service: "sns",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    bytes: ["BinaryValue"],
    maps: ["Attributes"],
    codes: {
      NotFoundException: "NotFound",
      InvalidParameterException: "InvalidParameter",
      InvalidParameterValueException: "ParameterValueInvalid",
      AuthorizationErrorException: "AuthorizationError",
      KMSAccessDeniedException: "KMSAccessDenied",
    },
  },
};

type Node = Map<string, Node | string>;

const parametersOf = (request: WireRequest): URLSearchParams => new URLSearchParams(Buffer.from(request.body).toString("utf8"));

/** `A.member.1.B` -> a tree. */
function treeOf(parameters: URLSearchParams): Node {
  const root: Node = new Map();
  for (const [name, value] of parameters) {
    const path = name.split(".");
    let node = root;
    for (const part of path.slice(0, -1)) {
      const next = node.get(part);
      const child: Node = next instanceof Map ? next : new Map();
      node.set(part, child);
      node = child;
    }
    node.set(path.at(-1) ?? "", value);
  }
  return root;
}

const listOf = (node: Node): readonly (Node | string)[] =>
  [...node].filter(([index]) => /^\d+$/.test(index)).sort(([a], [b]) => Number(a) - Number(b)).map(([, item]) => item);

/** "AWS query protocol" (Smithy): lists in `member.1`, maps in `entry.1.key` and `.value` (SNS also writes `Name` and `Value`). */
function plain(node: Node | string, name: string, service: QueryService): unknown {
  if (typeof node === "string") {
    if (service.numbers?.includes(name)) return Number(node);
    return service.bytes?.includes(name) ? new Uint8Array(Buffer.from(node, "base64")) : node;
  }
  const [only] = node;
  const [key, inner] = only ?? [];
  if (node.size === 1 && inner instanceof Map) {
    if (key === "member") return listOf(inner).map((item) => plain(item, name, service));
    if (key === "entry") return mapOf(inner, service);
  }
  return Object.fromEntries([...node].map(([member, value]) => [member, plain(value, member, service)]));
}

const mapOf = (entries: Node, service: QueryService): Record<string, unknown> =>
  Object.fromEntries(
    listOf(entries).flatMap((entry) => {
      if (!(entry instanceof Map)) return [];
      const key = entry.get("key") ?? entry.get("Name");
      return typeof key === "string" ? [[key, plain(entry.get("value") ?? entry.get("Value") ?? "", key, service)]] : [];
    }),
  );

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#xD;", "\n": "&#xA;" };

const escaped = (text: string): string => text.replace(/[&<>"\r\n]/g, (character) => ENTITIES[character] ?? character);

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

function xml(name: string, value: unknown, maps: readonly string[]): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return element(name, value.map((item) => xml("member", item, maps)).join(""));
  if (value instanceof Uint8Array) return element(name, Buffer.from(value).toString("base64"));
  if (value instanceof Date) return element(name, value.toISOString().replace(/\.\d{3}Z$/, "Z"));
  if (typeof value !== "object") return element(name, escaped(String(value)));
  const members = Object.entries(value);
  if (!maps.includes(name)) return element(name, members.map(([key, member]) => xml(key, member, maps)).join(""));
  return element(name, members.map(([key, member]) => element("entry", xml("key", key, maps) + xml("value", member, maps))).join(""));
}

const serviceOf = (parameters: URLSearchParams): QueryService | undefined => {
  const version = parameters.get("Version") ?? "";
  return Object.hasOwn(SERVICES, version) ? SERVICES[version] : undefined;
};

const respond = (status: number, body: string, requestId: string): WireResponse => ({
  status,
  headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
  body,
});

/** AWS query: a form with `Action` and `Version`, answers in XML. STS, SNS. */
export const awsQuery: WireProtocol = {
  name: "awsQuery",
  services: Object.values(SERVICES).map(({ service }) => service),

  recognises: (request) => header(request, "content-type")?.startsWith("application/x-www-form-urlencoded") === true,

  decode(request) {
    const parameters = parametersOf(request);
    const action = parameters.get("Action") ?? "";
    const service = serviceOf(parameters);
    if (!service || action === "") {
      throw new AwsError("InvalidAction", `Could not find operation ${action} for version ${parameters.get("Version") ?? ""}; in this twin: ${Object.entries(SERVICES).map(([version, one]) => `${one.service} ${version}`).join(", ")}`);
    }
    parameters.delete("Action");
    parameters.delete("Version");
    return { service: service.service, operation: action, input: plain(treeOf(parameters), "", service) };
  },

  encode(output, request, requestId) {
    const parameters = parametersOf(request);
    const { namespace = "", maps = [] } = serviceOf(parameters) ?? {};
    const action = parameters.get("Action") ?? "";
    const result = xml(`${action}Result`, output ?? {}, maps);
    const metadata = element("ResponseMetadata", element("RequestId", requestId));
    return respond(200, `<${action}Response xmlns="${namespace}">${result}${metadata}</${action}Response>`, requestId);
  },

  fault({ name, message, status }, request, requestId) {
    const { namespace = "", codes = {} } = serviceOf(parametersOf(request)) ?? {};
    const type = status >= 500 ? "Receiver" : "Sender";
    const code = name === "UnknownOperationException" ? "InvalidAction" : (codes[name] ?? name);
    const error = element("Error", element("Type", type) + element("Code", escaped(code)) + element("Message", escaped(message)));
    return respond(status, `<ErrorResponse xmlns="${namespace}">${error}${element("RequestId", requestId)}</ErrorResponse>`, requestId);
  },
};
