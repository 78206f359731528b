import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Props } from "./wire";

/** Where a resource is found again: its type, its region (`global` without one) and its id. */
export interface Key {
  readonly type: string;
  readonly region: string;
  readonly id: string;
}

const text = ({ type, region, id }: Key): string => `${region} ${type} ${id}`;

/** The account that the real engine deploys to: what exists, kept in one file between the engine's runs. */
export class Account {
  private readonly resources: Map<string, Props>;

  /** @param file JSON; made at the first change */
  constructor(private readonly file: string) {
    const stored: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    this.resources = new Map(Object.entries(stored as Record<string, Props>)); // written by save() alone
  }

  get(key: Key): Props | undefined {
    return this.resources.get(text(key));
  }

  put(key: Key, outputs: Props): void {
    this.resources.set(text(key), outputs);
    this.save();
  }

  delete(key: Key): void {
    this.resources.delete(text(key));
    this.save();
  }

  /** Everything that exists, in the order in which it was made. */
  list(): readonly { readonly key: Key; readonly outputs: Props }[] {
    return [...this.resources].map(([name, outputs]) => {
      const [region = "", type = "", ...id] = name.split(" ");
      return { key: { type, region, id: id.join(" ") }, outputs };
    });
  }

  get size(): number {
    return this.resources.size;
  }

  private save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.resources), null, 1));
    renameSync(`${this.file}.new`, this.file);
  }
}
