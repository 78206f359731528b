import * as dns from "dns-packet";
import type { Answer, DnsAnswer } from "../services/route53/record";

/** Answers a question as Route 53 would; the `answer` of {@link Route53}. */
export type Ask = (name: string, type: string) => DnsAnswer;

const RCODE = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
/** Extended RCODE 16 (RFC 6891, 6.1.3): its upper bits are in the OPT record. */
const BADVERS_UPPER = 1;
const HEADER_BYTES = 12;
/** A root name, type, class; and for a record TTL and length too (RFC 1035, 4.1.2, 4.1.3). */
const MIN_QUESTION_BYTES = 5;
const MIN_RECORD_BYTES = 11;
const RESPONSE = 0x8000;
/** The largest UDP answer without EDNS (RFC 1035, 4.2.1), and the one that avoids fragments with it. */
const PLAIN_UDP_BYTES = 512;
const EDNS_UDP_BYTES = 1_232;
/** Zone transfers: Route 53 makes none. */
const TRANSFERS = ["AXFR", "IXFR"];

/**
 * The response to one message: undefined for what deserves none (too short, or itself a response). Never throws: what
 * cannot be read is FORMERR.
 */
export function respond(ask: Ask, message: Buffer, transport: "udp" | "tcp"): Buffer | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(2) & RESPONSE) return undefined;
  const opcode = (message.readUInt16BE(2) >> 11) & 0xf;
  if (opcode !== 0) return header(message, RCODE.NOTIMP);
  if (!fits(message)) return header(message, RCODE.FORMERR);
  let query: dns.DecodedPacket;
  try {
    query = dns.decode(message);
  } catch {
    return header(message, RCODE.FORMERR);
  }
  try {
    return reply(ask, query, transport) ?? header(message, RCODE.FORMERR);
  } catch {
    // A name that can be read but not written again.
    return header(message, RCODE.SERVFAIL);
  }
}

/** Can the message hold as many entries as its header promises? Saves the decoder from reserving room for lies. */
function fits(message: Buffer): boolean {
  const records = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  return HEADER_BYTES + message.readUInt16BE(4) * MIN_QUESTION_BYTES + records * MIN_RECORD_BYTES <= message.length;
}

/** An answer that is only a header: for queries that cannot be repeated in it. */
function header(message: Buffer, rcode: number): Buffer {
  const answer = Buffer.alloc(HEADER_BYTES);
  message.copy(answer, 0, 0, 2);
  const opcodeAndRd = message.readUInt16BE(2) & 0x7900;
  answer.writeUInt16BE(RESPONSE | opcodeAndRd | rcode, 2);
  return answer;
}

function reply(ask: Ask, query: dns.DecodedPacket, transport: "udp" | "tcp"): Buffer | undefined {
  const [question, ...more] = query.questions ?? [];
  if (!question || more.length > 0) return undefined;
  const opt = query.additionals?.find((record): record is dns.OptAnswer => record.type === "OPT");
  const { bits, answers, authorities, extendedRcode } = decide(ask, question, opt);
  const packet: dns.Packet = {
    type: "response",
    id: query.id ?? 0,
    flags: bits | (query.flag_rd ? dns.RECURSION_DESIRED : 0),
    questions: [question],
    answers,
    authorities,
    additionals: opt ? [optOf(extendedRcode)] : [],
  };
  const encoded = dns.encode(packet);
  const limit = transport === "tcp" ? 0xffff : udpLimit(opt);
  if (encoded.length <= limit) return encoded;
  return dns.encode({ ...packet, flags: (packet.flags ?? 0) | dns.TRUNCATED_RESPONSE, answers: [], authorities: [] });
}

interface Decision {
  readonly bits: number;
  readonly answers: dns.Answer[];
  readonly authorities: dns.Answer[];
  readonly extendedRcode: number;
}

function decide(ask: Ask, question: dns.Question, opt: dns.OptAnswer | undefined): Decision {
  const nothing = { answers: [], authorities: [], extendedRcode: 0 };
  if (opt && opt.ednsVersion > 0) return { ...nothing, bits: RCODE.NOERROR, extendedRcode: BADVERS_UPPER };
  if ((question.class ?? "IN") !== "IN" || TRANSFERS.includes(question.type)) return { ...nothing, bits: RCODE.REFUSED };
  const { rcode, answers, authority } = ask(question.name, question.type);
  const authoritative = rcode === "NOERROR" || rcode === "NXDOMAIN" ? dns.AUTHORITATIVE_ANSWER : 0;
  return {
    bits: RCODE[rcode] | authoritative,
    answers: answers.map((answer) => toPacket(answer, question.name)),
    authorities: authority.map((answer) => toPacket(answer, question.name)),
    extendedRcode: 0,
  };
}

const udpLimit = (opt: dns.OptAnswer | undefined): number =>
  opt ? Math.min(EDNS_UDP_BYTES, Math.max(PLAIN_UDP_BYTES, opt.udpPayloadSize)) : PLAIN_UDP_BYTES;

const optOf = (extendedRcode: number): dns.OptAnswer => ({
  type: "OPT",
  name: ".",
  udpPayloadSize: EDNS_UDP_BYTES,
  extendedRcode,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
});

/** The asked name comes back in the letters it was asked in: resolvers mix case against forgery. */
function toPacket({ name, type, ttl, data }: Answer, asked: string): dns.Answer {
  const owner = { name: asked.toLowerCase() === name ? asked : name, ttl, class: "IN" as const };
  const words = data.split(" ");
  switch (type) {
    case "SOA": {
      const [mname = ".", rname = ".", serial, refresh, retry, expire, minimum] = words;
      const numbers = { serial: Number(serial), refresh: Number(refresh), retry: Number(retry), expire: Number(expire), minimum: Number(minimum) };
      return { ...owner, type, data: { mname, rname, ...numbers } };
    }
    case "TXT":
      return { ...owner, type, data: characterStrings(data) };
    case "MX":
      return { ...owner, type, data: { preference: Number(words[0]), exchange: words[1] ?? "." } };
    case "CAA": {
      const [flags = "0", tag = "issue", ...value] = words;
      const known = tag === "issuewild" || tag === "iodef" ? tag : "issue";
      return { ...owner, type, data: { flags: Number(flags), tag: known, value: value.join(" ").replaceAll('"', "") } };
    }
    default:
      return { ...owner, type, data };
  }
}

/** TXT data: quoted strings as they are, anything else as one text in pieces of at most 255 bytes (RFC 1035, 3.3.14). */
function characterStrings(data: string): Buffer[] {
  const quoted = data.startsWith('"') ? [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text.replace(/\\(.)/g, "$1")) : [data];
  return quoted.flatMap((text) => {
    const bytes = Buffer.from(text);
    const pieces = Math.max(1, Math.ceil(bytes.length / 255));
    return Array.from({ length: pieces }, (_, index) => bytes.subarray(index * 255, (index + 1) * 255));
  });
}
