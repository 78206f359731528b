import type { NetworkAttachment } from "../vpc/attachment";

/** A deployed function. */
export interface FunctionConfig {
  readonly name: string;
  readonly arn: string;
  /** The execution role's ARN. */
  readonly role: string;
  readonly handler: string;
  /** e.g. `nodejs24.x` */
  readonly runtime: string;
  /** The archive: file name -> text. */
  readonly files: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** The environment as deployed. */
  readonly variables: Readonly<Record<string, string>>;
  /** Reserved concurrency; undefined = the function shares the account's unreserved pool. */
  readonly reserved?: number;
  /** The number of the version that was published with it; `$LATEST` = none was. */
  readonly version: string;
  readonly logGroup: string;
  /** Where it stands in a VPC; undefined outside one. One object for all its environments. */
  readonly network?: NetworkAttachment;
}

/** One statement of a function's resource policy. */
export interface PolicyStatement {
  readonly statementId: string;
  /** e.g. `lambda:InvokeFunction` */
  readonly action: string;
  /** A service, an account id, an ARN, or `*`. */
  readonly principal: string;
  /** May hold the wildcards * and ?. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  /** The version or alias that the statement is limited to. */
  readonly qualifier?: string;
}
