import type { DeployedFunction } from "./deployed";
import { allowsInvoke } from "./policy";
import { parseReference } from "./reference";

/** Verdicts kept for a function: a source's ARN may have an id in it, so there is no end of them. */
const KEPT = 1000;

/** What functions' resource policies say to services. Verdicts are kept until a policy changes: gateways ask at every request. */
export class InvokePermissions {
  /** By reference, then by the source's ARN: for the service that has asked last, which is nearly always the only one. */
  private readonly verdicts = new Map<string, { readonly principal: string; readonly bySource: Map<string, boolean> }>();

  constructor(
    private readonly accountId: string,
    private readonly functions: ReadonlyMap<string, DeployedFunction>,
  ) {}

  /** Does the function's resource policy let a service invoke it on behalf of `sourceArn`? */
  allows(functionArn: string, principal: string, sourceArn: string): boolean {
    let known = this.verdicts.get(functionArn);
    if (known?.principal !== principal) {
      known = { principal, bySource: new Map<string, boolean>() };
      this.verdicts.set(functionArn, known);
    }
    let verdict = known.bySource.get(sourceArn);
    if (verdict === undefined) {
      verdict = this.ask(functionArn, principal, sourceArn);
      if (known.bySource.size >= KEPT) known.bySource.clear();
      known.bySource.set(sourceArn, verdict);
    }
    return verdict;
  }

  /** A policy, or a function, is another one from now on. */
  changed(): void {
    this.verdicts.clear();
  }

  private ask(functionArn: string, principal: string, sourceArn: string): boolean {
    const { name, qualifier } = parseReference(functionArn);
    const policy = this.functions.get(name)?.policy.values() ?? [];
    const request = { principal, sourceArn, accountId: this.accountId };
    return allowsInvoke(policy, qualifier === undefined ? request : { ...request, qualifier });
  }
}
