/** A text that is put together for its first reader. Services of the twin give it to each other where AWS takes text. */
export class LazyText {
  private made: string | undefined;

  /** @param atMost how long it is at most, UTF-16 units: limits look at that first */
  constructor(
    private readonly make: () => string,
    readonly atMost: number,
  ) {}

  get text(): string {
    return (this.made ??= this.make());
  }
}

/** A text, or one to be. */
export type Text = string | LazyText;

export const textOf = (text: Text): string => (typeof text === "string" ? text : text.text);

/** How long a text is at most, UTF-16 units. */
export const lengthOf = (text: Text): number => (typeof text === "string" ? text.length : text.atMost);
