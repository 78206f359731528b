import type {
  AttributeValue,
  GetItemInput,
  GetItemOutput,
  QueryInput,
  QueryOutput,
  ScanInput,
  ScanOutput,
} from "@aws-sdk/client-dynamodb";
import { RequestExpressions } from "./expressions/compiled";
import { resolveKeyCondition } from "./expressions/key-condition";
import { positive, refuseUnmodelled, required } from "./input";
import { intakeItem, validation } from "./intake";
import type { Entry } from "./ordered-index";
import { pageOf, type PageRequest } from "./page";
import { inSegment, scanOrder, scanPlace } from "./scan-order";
import { checkKey, keyText } from "./schema";
import { selection } from "./select";
import { startOf, viewOf, type View } from "./view";
import { copyItem, scalarText } from "./values";
import type { FindTable } from "./writes";

/** Reads one item by its key. */
export function getItem(input: GetItemInput, find: FindTable): GetItemOutput {
  refuseUnmodelled(input);
  const expressions = new RequestExpressions(input);
  const projection = expressions.of("ProjectionExpression", input.ProjectionExpression);
  expressions.finish();
  const key = intakeItem(required(input.Key, "Key"));
  const table = find(input.TableName);
  const { keys } = table.definition;
  checkKey(key, keys);
  if (input.ConsistentRead) table.requireStrong();
  const item = table.get(keyText(key, keys));
  return item ? { Item: copyItem(projection ? projection.pick(item) : item) } : {};
}

/** Reads the items of one partition of a table or index, in the order of their sort keys. */
export function query(input: QueryInput, find: FindTable): QueryOutput {
  refuseUnmodelled(input);
  const expressions = new RequestExpressions(input);
  const { values } = expressions;
  const keyCondition = expressions.of("KeyConditionExpression", input.KeyConditionExpression);
  if (!keyCondition) throw validation("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  const filter = expressions.of("FilterExpression", input.FilterExpression);
  const projection = expressions.of("ProjectionExpression", input.ProjectionExpression);
  expressions.finish();
  filter?.verify(values);
  const limit = positive(input.Limit, "Limit");
  const view = viewOf(find(input.TableName), input.IndexName, input.ConsistentRead);
  const { hash, side } = resolveKeyCondition(keyCondition, values, view.keys.hash, view.keys.range);
  const filtered = [view.keys.hash, ...(view.keys.range ? [view.keys.range] : [])].find(({ name }) => filter?.attributes.has(name));
  if (filtered) {
    throw validation(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered.name}`);
  }

  const start = input.ExclusiveStartKey && startOf(intakeItem(input.ExclusiveStartKey), view);
  if (start && start.hash !== scalarText(hash)) {
    throw validation("The provided starting key is outside query boundaries based on provided conditions");
  }
  if (start?.range && side && side(start.range) !== 0) throw validation("The provided starting key does not match the range key predicate");
  const forward = input.ScanIndexForward ?? true;
  const entries = view.query(scalarText(hash), side, { forward, ...(start ? { after: start } : {}) });
  return answer(forward ? entries : [...entries].reverse(), view, {
    limit,
    select: selection(input.Select, projection, view),
    matches: filter && ((item) => filter.test(item, values)),
  });
}

/** Reads a table or index as a whole, or one segment of it, in no order that means anything. */
export function scan(input: ScanInput, find: FindTable): ScanOutput {
  refuseUnmodelled(input);
  const expressions = new RequestExpressions(input);
  const { values } = expressions;
  const filter = expressions.of("FilterExpression", input.FilterExpression);
  const projection = expressions.of("ProjectionExpression", input.ProjectionExpression);
  expressions.finish();
  filter?.verify(values);
  const limit = positive(input.Limit, "Limit");
  const segment = segmentOf(input);
  const view = viewOf(find(input.TableName), input.IndexName, input.ConsistentRead);
  const start = input.ExclusiveStartKey && scanPlace(startOf(intakeItem(input.ExclusiveStartKey), view));
  return answer(scanOrder(view.entries(), segment && ((hash) => inSegment(hash, segment)), start), view, {
    limit,
    select: selection(input.Select, projection, view),
    matches: filter && ((item) => filter.test(item, values)),
  });
}

function segmentOf({ Segment, TotalSegments }: ScanInput): { readonly segment: number; readonly total: number } | undefined {
  if (Segment === undefined && TotalSegments === undefined) return undefined;
  if (Segment === undefined) throw validation("The Segment parameter is required but was not present in the request when parameter TotalSegments is present");
  if (TotalSegments === undefined) throw validation("The TotalSegments parameter is required but was not present in the request when Segment parameter is present");
  if (Segment >= TotalSegments) {
    throw validation(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        `Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    );
  }
  return { segment: Segment, total: TotalSegments };
}

interface PageOutput {
  Items?: Record<string, AttributeValue>[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: Record<string, AttributeValue>;
}

function answer(entries: readonly Entry[], view: View, request: PageRequest & { readonly select: ReturnType<typeof selection> }): PageOutput {
  const page = pageOf(entries, request);
  const { select } = request;
  return {
    ...(select ? { Items: page.items.map((item) => copyItem(select(item))) } : {}),
    Count: page.items.length,
    ScannedCount: page.scanned,
    ...(page.last ? { LastEvaluatedKey: copyItem(view.startKey(page.last)) } : {}),
  };
}

