/** Where a network interface stands: subnets of one VPC, and the security groups around it. */
export interface NetworkAttachment {
  /** Whose it is, for the event log: the function's name. */
  readonly owner: string;
  readonly region: string;
  /** One interface in each; calls are spread over them. */
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}
