/** The screens of the phone's own verdicts, and of the server's corrections. Pure. */

import { texts } from '../../texts/verdicts';
import type { CheckpointKind } from '../types';
import { screenOf, verdictWord, type Screen } from '../verdicts';
import type { Judged } from './judge';
import { ageWords } from './words';

const REPEAT_MS = 2000;

/**
 * @param age of the list, ms
 * @param heads how many of a team the volunteer has counted
 */
export function ownScreen(
  own: Judged,
  kind: CheckpointKind | null,
  age: number | null,
  heads: number | null,
  now: Date,
): Screen {
  if (own.verdict === 'team_partial') {
    const counted = heads === null ? texts.headsLater : texts.headsSaved(heads);
    const lines = [counted, texts.namesLater, texts.letPass];
    return { tone: 'repeat', word: texts.shapes.team_partial.word, lines, leavesAfter: REPEAT_MS };
  }
  const first = own.firstAt === null ? null : new Date(own.firstAt).toISOString();
  const screen = screenOf(own.verdict, kind, { first_at: first }, now);
  if (own.verdict !== 'not_on_list' || age === null) return screen;
  return { ...screen, lines: [texts.byList(ageWords(age)), ...screen.lines] };
}

/** The phone said one thing, the server says another: both are told, and the screen stays a little longer. */
export function correctedScreen(screen: Screen, said: string): Screen {
  const leavesAfter = screen.leavesAfter === null ? null : Math.max(screen.leavesAfter, REPEAT_MS);
  const was = texts.corrected(verdictWord(said));
  return { ...screen, lines: [was, ...screen.lines], leavesAfter };
}

