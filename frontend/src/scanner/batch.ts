/** What a batch holds and what its answer means. Pure. */

import { isRefusal } from './verdicts';
import type { QueueRow, ScanResult } from './types';

export const BATCH_LIMIT = 200;

/** Answers that say that an item was no scan: it is shown and kept, and never sent again. */
const REJECTS: ReadonlySet<string> = new Set(['id_conflict', 'invalid']);

export interface Settled {
  row: QueueRow;
  result: ScanResult;
}

/**
 * Pairs each row with its own answer: by id, and by place where an answer bears
 * no id (an item that the server could not read at all). A row without an
 * answer is not in the list and stays where it is.
 *
 * @param watched ids whose verdict somebody is looking at
 */
export function settle(
  rows: readonly QueueRow[],
  results: readonly ScanResult[],
  watched: ReadonlySet<string>,
  now: number,
): Settled[] {
  const byId = new Map<string, ScanResult>();
  const byPlace = new Map<number, ScanResult>();
  results.forEach((result, place) => {
    if (typeof result.id === 'string') byId.set(result.id, result);
    else byPlace.set(result.index ?? place, result);
  });
  const settled: Settled[] = [];
  rows.forEach((row, place) => {
    const result = byId.get(row.id) ?? byPlace.get(place);
    const word = result?.verdict ?? result?.code;
    if (result === undefined || word === undefined) return;
    settled.push({ row: answered(row, word, result.verdict === undefined, watched, now), result });
  });
  return settled;
}

function answered(
  row: QueueRow,
  word: string,
  noVerdict: boolean,
  watched: ReadonlySet<string>,
  now: number,
): QueueRow {
  const rejected = noVerdict || REJECTS.has(word);
  // A row that is sent again after a restore was seen the first time.
  const late = !watched.has(row.id) && row.answered_at === undefined;
  return {
    ...row,
    state: rejected ? 'rejected' : 'done',
    verdict: word,
    unseen: row.unseen === true || (late && (rejected || isRefusal(word))),
    answered_at: row.answered_at ?? now,
  };
}

/** One half after a batch was refused as a whole, so that a single bad item is found and set aside. */
export function smaller(size: number): number {
  return Math.max(1, Math.floor(size / 2));
}

/** Back to the full size once batches pass again. */
export function larger(limit: number): number {
  return Math.min(BATCH_LIMIT, limit * 2);
}
