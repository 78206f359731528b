/** What a rule found in one resource. Every rule of rules/ answers in this shape. */
export interface Objection {
  /** Stable, e.g. `lambda.reserved-variable`. */
  readonly code: string;
  /** Dotted path into the resource's inputs. */
  readonly property?: string;
  readonly message: string;
}

/** A resource's inputs as the engine hands them over, without what is not known yet. */
export type Values = Readonly<Record<string, unknown>>;

/** What is known of a resource besides its inputs. */
export interface Place {
  /** Undefined for the default provider without a region, and for providers that are not known yet. */
  readonly region: string | undefined;
  /** Pulumi's own option. */
  readonly protect: boolean;
}
