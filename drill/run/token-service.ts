import type { Credentials } from "../../client/index";
import type { StackOutputs } from "../../platform/stack";
import type { Cloud } from "../../twin/cloud";
import { within } from "../../twin/kernel/kernel";
import { credentials } from "../../twin/services/auth/index";
import type { TokenService } from "../credentials";

/** A client waits so long for STS. */
const STS_TIMEOUT_MS = 3_000;

interface SessionToken {
  readonly Credentials: { readonly AccessKeyId: string; readonly SecretAccessKey: string; readonly SessionToken: string };
}

/**
 * The regions' STS endpoints, and tokens that the global one has issued, for an invented user. The twin has no global
 * endpoint to renew them: who plans with it lets them outlast the drill.
 */
export function twinTokenService(cloud: Cloud, { regions }: StackOutputs): TokenService {
  const principal = `arn:aws:iam::${cloud.accountId}:user/drill`;
  return {
    issued: (forMs, from) => credentials(cloud).issue({ principal, stsEndpoint: from === "global" ? "global" : regions[from], expiresAt: cloud.kernel.now() + forMs }),
    renew: async (forMs, from): Promise<Credentials> => {
      if (from === "global") throw new Error("sts.amazonaws.com: the twin has regional endpoints alone");
      const call = cloud.call({ region: regions[from], service: "sts", operation: "GetSessionToken" }, { DurationSeconds: forMs / 1000 }, { principal });
      const answer = await within(cloud.kernel, STS_TIMEOUT_MS, call);
      if (answer.timedOut) throw new Error(`sts.${regions[from]}: no answer within ${STS_TIMEOUT_MS} ms`);
      const { AccessKeyId, SecretAccessKey, SessionToken } = (answer.value as SessionToken).Credentials; // GetSessionToken's output
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    },
  };
}
