/**
 * What the volunteer sees, hears and does for each verdict. Pure.
 *
 * Bright means go on, dark means stop; the word comes first and says what is,
 * the lines below say what to do.
 */

import { isReaders } from '../texts/choose';
import { texts as dictionary } from '../texts/scanner';
import { texts, type Shape } from '../texts/verdicts';
import { clockTimeOf } from './times';
import type { CheckpointKind, ScanResult } from './types';

export type Tone = 'accepted' | 'repeat' | 'refused';

export interface Screen {
  tone: Tone;
  /** One or two lines of at least 64 px. */
  word: string[];
  /** Under the person: why, then what to do. */
  lines: string[];
  /** ms after which the screen leaves by itself; null waits for the volunteer. */
  leavesAfter: number | null;
}

/** Verdicts that the phone gives by itself, beside those of the server. */
export type LocalVerdict = 'stored' | 'foreign' | 'miswritten' | 'unreadable' | 'unsaved';

const ACCEPTED_MS = 1000;
const REPEAT_MS = 2000;

/** How it looks and how long it stays, where that does not follow from its tone. */
interface Look {
  tone: Tone;
  says: Shape;
  leavesAfter?: number;
}

const LOOKS: Partial<Record<string, Look>> = {
  ...look('accepted', 'accepted'),
  ...look('repeat', 'repeat', 'not_on_list', 'outside_hours', 'undo', 'undone', 'stored'),
  ...look('refused', 'not_registered', 'waitlisted', 'cancelled', 'revoked', 'forged', 'unknown', 'quarantined'),
  // A team's names can only be ticked while the server is there; until then it counts nobody.
  ...look('refused', 'team_partial', 'invalid', 'id_conflict', 'miswritten', 'unsaved'),
  foreign: { tone: 'refused', says: 'foreign', leavesAfter: REPEAT_MS },
  unreadable: { tone: 'refused', says: 'unreadable', leavesAfter: REPEAT_MS },
};

const OTHER: Look = { tone: 'refused', says: 'other' };

const AT_PICKUP: Partial<Record<string, Look>> = {
  accepted: { tone: 'accepted', says: 'handOut' },
  // At a counter a second scan means stop: what is handed out is handed out once.
  repeat: { tone: 'refused', says: 'handedOut' },
};

function look(tone: Tone, ...verdicts: Shape[]): Record<string, Look> {
  return Object.fromEntries(verdicts.map((says) => [says, { tone, says }]));
}

function lookOf(verdict: string, kind: CheckpointKind | null): Look {
  return (kind === 'pickup' ? AT_PICKUP[verdict] : undefined) ?? LOOKS[verdict] ?? OTHER;
}

function lifetime(shape: Look): number | null {
  if (shape.leavesAfter !== undefined) return shape.leavesAfter;
  if (shape.tone === 'accepted') return ACCEPTED_MS;
  return shape.tone === 'repeat' ? REPEAT_MS : null;
}

/** Dark screens of a waypoint: the person was not let through. */
export function isRefusal(verdict: string): boolean {
  return lookOf(verdict, null).tone === 'refused';
}

/** The word alone, for lists. */
export function verdictWord(verdict: string): string {
  return texts.shapes[lookOf(verdict, null).says].word.join(texts.between);
}

/**
 * The screen of one verdict.
 *
 * @param result the server's answer, where there is one: the time of the first
 *   check-in stands before what to do
 */
export function screenOf(
  verdict: string,
  kind: CheckpointKind | null,
  result: ScanResult | null,
  now: Date,
): Screen {
  const shape = lookOf(verdict, kind);
  const { word, lines: usual } = texts.shapes[shape.says];
  let lines = [...usual];
  const first = verdict === 'repeat' ? clockTimeOf(result?.first_at, now) : null;
  if (first !== null) {
    lines = kind === 'pickup' ? [texts.handedOut(first), ...lines] : [texts.checkedIn(first), ...lines.slice(1)];
  }
  // A verdict that this page does not know yet is told in the server's words.
  const said = result?.message?.trim();
  if (said && shape === OTHER && isReaders(said)) lines = [said];
  return { tone: shape.tone, word: [...word], lines, leavesAfter: lifetime(shape) };
}

/** The screen after a whole team: green when everybody passed. */
export function teamScreen(passed: number, others: readonly string[], stored: number): Screen {
  if (others.length > 0) {
    return {
      tone: 'refused',
      word: texts.notPassed(others.length),
      lines: [texts.passed(passed), others.join(dictionary.comma), texts.desk],
      leavesAfter: null,
    };
  }
  if (stored > 0) {
    const line = passed > 0 ? texts.passedAndLater(passed, stored) : texts.sentLater(stored);
    return { tone: 'repeat', word: texts.shapes.stored.word, lines: [line, texts.letPass], leavesAfter: REPEAT_MS };
  }
  const lines = [texts.people(passed), texts.letPass];
  return { tone: 'accepted', word: texts.shapes.accepted.word, lines, leavesAfter: ACCEPTED_MS };
}

/** The server took a scan or an undo for what it was. */
export function wasTaken(verdict: string | undefined): boolean {
  return verdict !== undefined && !['id_conflict', 'invalid', 'quarantined'].includes(verdict);
}

/** What may be taken back: a scan that let somebody through. */
export function canBeUndone(verdict: string): boolean {
  return ['accepted', 'not_on_list', 'outside_hours', 'stored', 'team_partial'].includes(verdict);
}
