/** Names that are kept: beyond them (whoever asks for made-up ones) all are forgotten. */
const MAX_NAMES = 1_000;

/** What was found out about names, for as long as what it depends on stays as it is. */
export class Memo<T> {
  private readonly kept = new Map<string, T>();
  private known = -1;

  /**
   * @param version a number that every change of what results depend on makes larger
   * @param draws how often chance has decided so far: what it decides is decided anew each time
   */
  constructor(
    private readonly version: () => number,
    private readonly draws: () => number,
  ) {}

  of(name: string, find: () => T): T {
    const version = this.version();
    if (version !== this.known || this.kept.size >= MAX_NAMES) {
      this.kept.clear();
      this.known = version;
    }
    const kept = this.kept.get(name);
    if (kept !== undefined) return kept;
    const draws = this.draws();
    const found = find();
    if (this.draws() === draws) this.kept.set(name, found);
    return found;
  }
}
