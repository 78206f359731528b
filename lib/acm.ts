import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RegionContext } from "./regions";
import type { Zone } from "./route53";

/** Each region's validated certificate for the failover host and the region's own host. */
export type Certificates = Readonly<Record<"primary" | "secondary", pulumi.Output<string>>>;

/**
 * A certificate per region. ACM gives one account the same validation record for a name in every region, so there is one
 * record per name: a second one would be the same object twice, and its removal would break the other's renewal.
 */
export function createCertificates(zone: Zone, failoverHost: string, primary: RegionContext, secondary: RegionContext): Certificates {
  const request = (context: RegionContext): aws.acm.Certificate =>
    new aws.acm.Certificate(
      context.name("payments-certificate", "tag"),
      { domainName: failoverHost, subjectAlternativeNames: [context.host], validationMethod: "DNS" },
      context.options,
    );
  const certificates = { primary: request(primary), secondary: request(secondary) };
  const records = {
    failover: validationRecord(zone, failoverHost, certificates.primary, primary),
    primary: validationRecord(zone, primary.host, certificates.primary, primary),
    secondary: validationRecord(zone, secondary.host, certificates.secondary, secondary),
  };
  const validate = (context: RegionContext): pulumi.Output<string> =>
    new aws.acm.CertificateValidation(
      context.name("payments-certificate", "tag"),
      { certificateArn: certificates[context.role].arn, validationRecordFqdns: [records.failover.fqdn, records[context.role].fqdn] },
      context.options,
    ).certificateArn;
  return { primary: validate(primary), secondary: validate(secondary) };
}

function validationRecord(zone: Zone, host: string, certificate: aws.acm.Certificate, { options }: RegionContext): aws.route53.Record {
  // The options are a set: their order says nothing.
  const option = certificate.domainValidationOptions.apply((found) => {
    const one = found.find(({ domainName }) => domainName === host);
    if (!one) throw new Error(`ACM gave no validation record for ${host}`);
    return one;
  });
  return new aws.route53.Record(
    `validation-${host}`,
    { zoneId: zone.id, name: option.resourceRecordName, type: option.resourceRecordType, records: [option.resourceRecordValue], ttl: 300 },
    options,
  );
}
