import { readFileSync } from "node:fs";

/** A command as the runbook shows it. */
export interface Command {
  /** In one line, loops taken apart: what a shell would call. */
  readonly text: string;
  /** The chapter that it is in. */
  readonly chapter: string;
}

/** Every command of a document's sh blocks, in order; continued lines are joined. */
export function commandsOf(path: string): readonly Command[] {
  let chapter = "";
  let fence = false;
  let open = "";
  const commands: Command[] = [];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [, title] = /^#+ (.*)$/.exec(line) ?? [];
    if (title !== undefined && !fence) chapter = title;
    if (/^\s*```/.test(line)) {
      fence = line.trim() === "```sh";
      continue;
    }
    if (!fence) continue;
    open += line.trim();
    if (open.endsWith("\\")) {
      open = open.slice(0, -1);
      continue;
    }
    // A loop's frame is the shell's; its body is a command for each region.
    if (open !== "" && !/^(for .*; do|done)$/.test(open)) commands.push({ text: open.replaceAll("$region", "us-east-1"), chapter });
    open = "";
  }
  return commands;
}

/** A command line's words; single and double quotes keep blanks. */
export const words = (text: string): readonly string[] => (text.match(/(?:"[^"]*"|'[^']*'|[^\s"']+)+/g) ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
