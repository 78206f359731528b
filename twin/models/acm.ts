import type { CertificateArgs, CertificateValidationArgs } from "@pulumi/aws/acm";
import type { Refusal } from "../errors";
import { certificateNames, certificateViolations, validatedDomain } from "../../rules/acm";
import { ofType, type Graph, type GraphResource } from "../deploy/graph";
import { normalise } from "../services/route53/names";
import { arn, stableId } from "./ids";
import { defineModel, type ServiceModels } from "./model";

/** The CNAME that proves a domain's ownership. */
export interface ValidationOption {
  readonly domainName: string;
  readonly resourceRecordName: string;
  readonly resourceRecordType: "CNAME";
  readonly resourceRecordValue: string;
}

/** Depends on account and domain alone, so certificates of all regions share it. ACM user guide, "AWS Certificate Manager DNS validation". */
export function validationOption(accountId: string, domainName: string): ValidationOption {
  const base = validatedDomain(domainName);
  const token = (part: string): string => stableId(32, "acm-validation", part, accountId, base);
  return {
    domainName,
    resourceRecordName: `_${token("name")}.${base}.`,
    resourceRecordType: "CNAME",
    resourceRecordValue: `_${token("value")}.${letters(token("zone"), 10)}.acm-validations.aws.`,
  };
}

const letters = (hex: string, length: number): string =>
  [...hex.slice(0, length)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");

const uuid = (hex: string): string => [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");

const certificate = defineModel<CertificateArgs>({
  type: "aws:acm/certificate:Certificate",
  check: certificateViolations,
  outputs(inputs, { accountId, region, name }) {
    const names = certificateNames(inputs);
    const id = arn("acm", region, accountId, `certificate/${uuid(stableId(32, "certificate", accountId, region, name, ...names))}`);
    return {
      id,
      outputs: {
        arn: id,
        domainValidationOptions: names.map((domain) => validationOption(accountId, domain)),
        subjectAlternativeNames: names,
        keyAlgorithm: inputs.keyAlgorithm ?? "RSA_2048",
        status: "PENDING_VALIDATION",
        type: "AMAZON_ISSUED",
        validationEmails: [],
        pendingRenewal: false,
        renewalEligibility: "INELIGIBLE",
        renewalSummaries: [],
        notAfter: "",
        notBefore: "",
      },
    };
  },
  replaceOn: ["domainName", "subjectAlternativeNames", "validationMethod", "keyAlgorithm", "region"],
});

const certificateValidation = defineModel<CertificateValidationArgs>({
  type: "aws:acm/certificateValidation:CertificateValidation",
  check: ({ certificateArn }) =>
    certificateArn.startsWith("arn:aws:acm:")
      ? []
      : [{ code: "acm.validation-certificate", property: "certificateArn", message: `got ${certificateArn}; allowed: the arn of an acm.Certificate` }],
  outputs: ({ certificateArn }, { name }) => ({ id: stableId(32, "certificate-validation", certificateArn, name), outputs: {} }),
  replaceOn: ["certificateArn", "validationRecordFqdns", "region"],
});

/** A validation that waits for ever on AWS: the certificate's records are not in DNS, or the list misses one. */
function graph(graph: Graph): readonly Refusal[] {
  const certificates = new Map(ofType(graph, "aws:acm/certificate:Certificate").map((resource) => [resource.id, resource]));
  const records = ofType(graph, "aws:route53/record:Record");
  return ofType(graph, "aws:acm/certificateValidation:CertificateValidation").flatMap((validation) => {
    const arnGiven = String(validation.inputs["certificateArn"]);
    const refuse = (code: string, property: string, message: string): Refusal => ({ code, property, resource: validation.urn, message });
    const requested = certificates.get(arnGiven);
    if (!requested) return [refuse("acm.validation-certificate", "certificateArn", `got ${arnGiven}; no certificate of this stack has it`)];
    const region = arnGiven.split(":")[3];
    if (validation.region !== undefined && validation.region !== region) {
      return [refuse("acm.validation-region", "certificateArn", `the certificate is in ${String(region)}, its validation in ${validation.region}; give both the same provider`)];
    }
    const options = requested.outputs["domainValidationOptions"] as readonly ValidationOption[]; // this file's own output
    return options.flatMap((option) => optionProblems(option, validation, records).map(([property, problem]) => refuse("acm.validation-record", property, problem)));
  });
}

function optionProblems(option: ValidationOption, { inputs }: GraphResource, records: readonly GraphResource[]): [string, string][] {
  const name = normalise(option.resourceRecordName);
  const found: [string, string][] = [];
  const fqdns = inputs["validationRecordFqdns"];
  if (Array.isArray(fqdns) && !fqdns.some((fqdn) => normalise(String(fqdn)) === name)) {
    found.push(["validationRecordFqdns", `misses ${name}, the record of ${option.domainName}; add that record's fqdn`]);
  }
  const values = records
    .filter((record) => record.inputs["type"] === option.resourceRecordType && normalise(String(record.inputs["name"])) === name)
    .flatMap((record) => (Array.isArray(record.inputs["records"]) ? record.inputs["records"] : []));
  if (!values.some((value) => normalise(String(value)) === normalise(option.resourceRecordValue))) {
    const want = `${name} CNAME ${option.resourceRecordValue}`;
    found.push(["certificateArn", `${option.domainName} cannot be validated: the stack has no record ${want}; make one route53.Record per distinct domain from domainValidationOptions`]);
  }
  return found;
}

/** AWS Certificate Manager. */
export const acm: ServiceModels = { resources: [certificate, certificateValidation], graph };
