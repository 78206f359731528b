import { AnswerError, AwsError } from "./errors";
import type { Door } from "./kernel/door";
import type { CallingProcess } from "./kernel/faults";
import type { Kernel } from "./kernel/kernel";

/** "Gateway response types for API Gateway", THROTTLED. */
const THROTTLED = "TooManyRequestsException";

/** An HTTP request as a region's front door sees it, after TLS. */
export interface HttpRequest {
  readonly method: string;
  /** The Host header without its port, lower case. */
  readonly host: string;
  /** Path and query as sent, e.g. `/payments?customerId=c1`. */
  readonly target: string;
  /** Names in lower case; a repeated header has several values. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
  readonly sourceIp: string;
  /** The account's request rate is used up: a fault says so. */
  readonly throttled?: true;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What listens at a region's address. Rejects with HostUnknown where TLS would fail. */
export type FrontDoor = (request: HttpRequest) => Promise<HttpResponse>;

/** No certificate for this name in this region: TLS would end here, so the connection is cut without an answer. */
export class HostUnknown extends AnswerError {
  readonly code = "ECONNRESET";
  override readonly name = "HostUnknown";
  constructor(host: string, region: string) {
    super(`no custom domain ${host} in ${region}: the TLS handshake fails`);
  }
}

interface Site {
  readonly region: string;
  readonly address: string;
  readonly door: FrontDoor;
}

/**
 * The internet as far as the twin needs it: one address per region with its front door, and the names that AWS itself
 * publishes (`d-….execute-api.us-east-1.amazonaws.com`). Names of the user's zones are Route 53's, not the network's.
 */
export class Network {
  private readonly sites = new Map<string, Site>();
  private readonly names = new Map<string, string>();
  private changeCount = 0;

  constructor(
    private readonly kernel: Kernel,
    private readonly door: Door,
  ) {}

  /** How often a site or a name has been added so far. */
  get changes(): number {
    return this.changeCount;
  }

  /** Opens a region: `address` is an IPv4 address, one per region. */
  open(region: string, address: string, door: FrontDoor): void {
    this.changeCount += 1;
    this.sites.set(address, { region, address, door });
  }

  /** A name of AWS's own zones now leads to the region's address. */
  publishName(name: string, region: string): void {
    this.changeCount += 1;
    this.names.set(name.toLowerCase(), region);
  }

  /** The IPv4 addresses of an AWS-owned name; empty for names that AWS does not have. */
  addresses(name: string): readonly string[] {
    const region = this.names.get(name.toLowerCase());
    const address = region === undefined ? undefined : this.addressOf(region);
    return address === undefined ? [] : [address];
  }

  addressOf(region: string): string | undefined {
    return [...this.sites.values()].find((site) => site.region === region)?.address;
  }

  regionAt(address: string): string | undefined {
    return this.sites.get(address)?.region;
  }

  /**
   * Sends a request to an address, through the door. Rejects with ConnectionRefused or HostUnknown; never settles when
   * packets vanish: callers bring their own time limits.
   * @param from the sender's region; undefined for the internet
   * @param caller the function's process that sends it
   */
  send(address: string, request: HttpRequest, from?: string, caller?: CallingProcess): Promise<HttpResponse> {
    const site = this.sites.get(address);
    if (!site) {
      this.kernel.record("network.no-route", { address });
      return new Promise<HttpResponse>(() => undefined);
    }
    const { door, region } = site;
    const route = { region, service: "apigateway", operation: operationOf(request), from, caller };
    return this.door
      .call(route, () => door(request))
      .catch((error: unknown) => {
        // The gateway itself words its refusal, as the API's own response for it says.
        if (error instanceof AwsError && error.name === THROTTLED) return door({ ...request, throttled: true });
        throw error;
      });
  }
}

function operationOf({ method, target }: HttpRequest): string {
  const query = target.indexOf("?");
  return `${method} ${query < 0 ? target : target.slice(0, query)}`;
}
