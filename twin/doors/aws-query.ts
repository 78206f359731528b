import { instant } from "../../lambda/shared/clock";
import { AwsError } from "../errors";
import { exceptionCode } from "./exception-codes";
import { header, type WireProtocol, type WireRequest, type WireResponse } from "./wire-protocol";

/** What the protocol does not tell about an operation's members: on the wire every value is text. */
interface QueryService {
  /** The signing name. */
  readonly service: string;
  /** The XML namespace of its answers. */
  readonly namespace: string;
  /** Members of inputs that are numbers, by their names; `Parent.Name` where the name alone says too little. */
  readonly numbers?: readonly string[];
  /** Members of inputs that are base64, by their names. */
  readonly bytes?: readonly string[];
  /** Members of inputs that are true or false, by their names. */
  readonly booleans?: readonly string[];
  /** Members of inputs that are times, by their names. */
  readonly times?: readonly string[];
  /** Members of outputs that are maps (an object otherwise is a structure). */
  readonly maps?: readonly string[];
}

/** Services by the API version that their requests name. To add one: a line here. */
const SERVICES: Readonly<Record<string, QueryService>> = {
  "2011-06-15": { service: "sts", namespace: "https://sts.amazonaws.com/doc/2011-06-15/", numbers: ["DurationSeconds"] },
  "2010-03-31": {
    service: "sns",
    namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    bytes: ["BinaryValue"],
    maps: ["Attributes"],
  },
  // Of old SDKs and of the AWS CLI until 2025.
  "2010-08-01": {
    service: "monitoring",
    namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
    numbers: ["Counts", "MaxDatapoints", "MaxRecords", "MetricData.Value", "Period", "StorageResolution", "Values"],
    booleans: ["ReturnData"],
    times: ["EndTime", "StartTime", "Timestamp"],
  },
};

type Node = Map<string, Node | string>;

const inTarget = ({ target }: WireRequest): URLSearchParams => new URLSearchParams(target.split(/\?(.*)/s)[1] ?? "");

/** In the body of a POST, in the query of a GET. */
const parametersOf = (request: WireRequest): URLSearchParams =>
  request.method === "GET" ? inTarget(request) : new URLSearchParams(Buffer.from(request.body).toString("utf8"));

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

const invalid = (message: string): AwsError => new AwsError("MalformedInput", message);

/** Text as its member's type. Throws MalformedInput. */
function scalar(text: string, names: readonly string[], { numbers = [], booleans = [], times = [], bytes = [] }: QueryService): unknown {
  const is = (kind: readonly string[]): boolean => names.some((name) => kind.includes(name));
  if (is(bytes)) return new Uint8Array(Buffer.from(text, "base64"));
  if (is(booleans)) return text === "true";
  const read = is(numbers) ? Number(text) : is(times) ? Date.parse(text) : undefined;
  if (read === undefined) return text;
  if (text === "" || Number.isNaN(read)) throw invalid(`${names[0] ?? ""}: got '${text}'; allowed ${is(times) ? "a time as ISO 8601 has it" : "a number"}`);
  return is(times) ? instant(read) : read;
}

/** "AWS query protocol" (Smithy): lists in `member.1`, maps in `entry.1.key` and `.value` (SNS also writes `Name` and `Value`). */
function plain(node: Node | string, name: string, service: QueryService, parent = ""): unknown {
  if (typeof node === "string") return scalar(node, [name, `${parent}.${name}`], service);
  const [only] = node;
  const [key, inner] = only ?? [];
  if (node.size === 1 && inner instanceof Map) {
    if (key === "member") return listOf(inner).map((item) => plain(item, name, service));
    if (key === "entry") return mapOf(inner, service);
  }
  return Object.fromEntries([...node].map(([member, value]) => [member, plain(value, member, service, name)]));
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

/** AWS query: a form with `Action` and `Version`, answers in XML. STS, SNS; CloudWatch for older clients. */
export const awsQuery: WireProtocol = {
  name: "awsQuery",
  // "Common Errors" of each service's API reference.
  malformed: "MalformedQueryString",
  services: Object.values(SERVICES).map(({ service }) => service),

  recognises: (request) => header(request, "content-type")?.startsWith("application/x-www-form-urlencoded") === true || (request.method === "GET" && inTarget(request).has("Action")),

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
    const { namespace = "", service } = serviceOf(parametersOf(request)) ?? {};
    const type = status >= 500 ? "Receiver" : "Sender";
    const code = exceptionCode(service, name);
    const error = element("Error", element("Type", type) + element("Code", escaped(code)) + element("Message", escaped(message)));
    return respond(status, `<ErrorResponse xmlns="${namespace}">${error}${element("RequestId", requestId)}</ErrorResponse>`, requestId);
  },
};
