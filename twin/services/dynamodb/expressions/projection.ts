import type { Item, ItemDraft } from "../values";
import type { Parser, Path } from "./parser";
import { picker } from "./paths";
import { refuseOverlaps } from "./overlap";

export interface CompiledProjection {
  readonly paths: readonly Path[];
  readonly pick: (item: Item) => ItemDraft;
}

/** Source: "Using projection expressions in DynamoDB". */
export function compileProjection(parser: Parser): CompiledProjection {
  const paths: Path[] = [parser.path()];
  while (parser.symbol(",")) paths.push(parser.path());
  parser.expectEnd();
  refuseOverlaps(paths, parser);
  return { paths, pick: picker(paths) };
}
