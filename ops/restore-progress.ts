import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isNamed, property } from "../lambda/shared/property";
import type { Place } from "./restore-source";

/** What was found and done so far. */
export interface Counts {
  read: number;
  /** Put, or missing where nothing is put. */
  imported: number;
  equal: number;
  /** Items of health routes and canaries. */
  reserved: number;
  /** Payment ids with the attributes that differ. */
  readonly conflicts: string[];
  /** Ids of what is no payment, and why. */
  readonly unreadable: string[];
}

/** One part of the source. */
export interface SegmentState {
  done: boolean;
  next?: Place;
  readonly counts: Counts;
}

export interface Progress {
  /** From where to where: another run's progress is not this one's. */
  readonly id: string;
  readonly segments: readonly SegmentState[];
}

/** Keeps progress between runs. */
export interface Checkpoint {
  /** The progress that was kept for `id`; undefined where there is none. @throws {CheckpointError} */
  load(id: string): Progress | undefined;
  save(progress: Progress): void;
  /** Called at a good end. */
  clear(): void;
}

/** The checkpoint is another run's, or none. */
export class CheckpointError extends Error {
  readonly code = "CHECKPOINT";
  override readonly name = "CheckpointError";
}

export const noCounts = (): Counts => ({ read: 0, imported: 0, equal: 0, reserved: 0, conflicts: [], unreadable: [] });

export const fresh = (id: string, segments: number): Progress => ({ id, segments: Array.from({ length: segments }, () => ({ done: false, counts: noCounts() })) });

/** A checkpoint in a file, which is replaced as a whole: a run that is killed leaves the last one. */
export function fileCheckpoint(path: string): Checkpoint {
  return {
    load(id) {
      let text: string;
      try {
        text = readFileSync(path, "utf8");
      } catch (error) {
        if (property(error, "code") === "ENOENT") return undefined;
        throw error;
      }
      const progress = parsed(text, path);
      if (progress.id === id) return progress;
      throw new CheckpointError(`${path} is of another restore (${progress.id}); got ${id}; delete the file, or name another by --checkpoint`);
    },
    save(progress) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(progress));
      renameSync(`${path}.new`, path);
    },
    clear: () => rmSync(path, { force: true }),
  };
}

function parsed(text: string, path: string): Progress {
  try {
    const progress = JSON.parse(text) as Progress; // written by save
    if (typeof progress.id === "string" && Array.isArray(progress.segments)) return progress;
  } catch (error) {
    if (!isNamed(error, "SyntaxError")) throw error;
  }
  throw new CheckpointError(`${path} is no checkpoint; delete it, or name another file by --checkpoint`);
}
