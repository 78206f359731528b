import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Config } from "./config";
import { createKey, type Key } from "./kms";
import { namer, type Namer } from "./naming";
import { regionTags, type DrRole } from "./tags";

/** Where a region's log groups send their lines; `ready` is what a subscription must wait for. */
export interface LogSink {
  readonly arn: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
}

/** A region in which resources are made. */
export interface Site {
  readonly region: string;
  readonly provider: aws.Provider;
  readonly tags: Readonly<Record<string, string>>;
  /** Makes a physical name in this region. */
  readonly name: Namer;
  /** Parent and provider for every resource and every invoke. */
  readonly options: { readonly parent: pulumi.Resource; readonly provider: aws.Provider };
  /** Encrypts what is stored in the region. */
  readonly key: Key;
  /** Without it log groups keep their lines to themselves. */
  readonly logSink?: LogSink;
}

/** One of the two regions that serve payments. */
export interface RegionContext extends Site {
  readonly role: "primary" | "secondary";
  /** The other region's name. */
  readonly peer: string;
  /** The region's own host name, which its health check asks: `us-east-1.dev.payments.example.com`. */
  readonly host: string;
}

type SiteConfig = Pick<Config, "environment" | "allowedAccountIds" | "protect">;

/** A provider of one region, the names and tags of what it makes, and the key of what it stores. */
export function createSite(parent: pulumi.Resource, project: string, config: SiteConfig, region: string, role: DrRole): Site {
  const tags = regionTags(project, config.environment, region, role);
  const provider = new aws.Provider(
    `aws-${region}`,
    {
      region: region as aws.Region, // config has checked it; the type lists the regions known when the SDK was made
      defaultTags: { tags },
      ...(config.allowedAccountIds.length > 0 ? { allowedAccountIds: [...config.allowedAccountIds] } : {}),
    },
    { parent },
  );
  const site = { region, provider, tags, name: namer(region, config.environment), options: { parent, provider } };
  return { ...site, key: createKey(site, config) };
}

/** Both regions that serve payments. */
export function createRegions(
  parent: pulumi.Resource,
  project: string,
  config: SiteConfig & Pick<Config, "primaryRegion" | "secondaryRegion" | "failoverHost">,
): { readonly primary: RegionContext; readonly secondary: RegionContext } {
  const create = (role: "primary" | "secondary", region: string, peer: string): RegionContext => ({
    ...createSite(parent, project, config, region, role),
    role,
    peer,
    host: `${region}.${config.failoverHost}`,
  });
  const { primaryRegion, secondaryRegion } = config;
  return {
    primary: create("primary", primaryRegion, secondaryRegion),
    secondary: create("secondary", secondaryRegion, primaryRegion),
  };
}
