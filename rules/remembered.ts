/** What is made of texts that come from requests must not grow without end: so many results are kept, then none. */
const KEPT = 10_000;

/** `make`, a pure function of a text, whose results are kept. */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let made = known.get(text);
    if (made === undefined) {
      if (known.size >= KEPT) known.clear();
      made = make(text);
      known.set(text, made);
    }
    return made;
  };
}
