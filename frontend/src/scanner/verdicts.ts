/**
 * What the volunteer sees, hears and does for each verdict. Pure.
 *
 * Bright means go on, dark means stop; the word comes first and says what is,
 * the lines below say what to do.
 */

import { clockTimeOf } from './times';
import type { CheckpointKind, ScanResult } from './types';

export type Tone = 'accepted' | 'repeat' | 'refused';

export interface Screen {
  tone: Tone;
  /** One or two lines of at least 64 px. */
  word: string[];
  /** Under the person: why, then what to do. */
  lines: string[];
  /** ms after which the screen leaves by itself; null waits for 下一位. */
  leavesAfter: number | null;
}

/** Verdicts that the phone gives by itself, beside those of the server. */
export type LocalVerdict = 'stored' | 'foreign' | 'miswritten' | 'unreadable' | 'unsaved';

const ACCEPTED_MS = 1000;
const REPEAT_MS = 2000;

interface Shape {
  tone: Tone;
  word: string[];
  lines: string[];
  leavesAfter?: number;
}

const DESK = '请到服务台';

const SHAPES: Record<string, Shape> = {
  accepted: { tone: 'accepted', word: ['通过'], lines: ['请放行'] },
  repeat: { tone: 'repeat', word: ['已签过'], lines: ['不用再签', '请放行'] },
  not_on_list: { tone: 'repeat', word: ['不在名单'], lines: ['已记下，办公室会核对', '请放行'] },
  outside_hours: { tone: 'repeat', word: ['不在', '签到时间'], lines: ['已记下，办公室会核对', '请放行'] },
  not_registered: { tone: 'refused', word: ['没有报名'], lines: ['这次扫码已记下', '请到服务台现场报名'] },
  waitlisted: { tone: 'refused', word: ['候补中'], lines: ['还没有轮到名额', DESK] },
  cancelled: { tone: 'refused', word: ['报名已取消'], lines: [DESK] },
  revoked: { tone: 'refused', word: ['码已换新'], lines: ['请打开最新的码，再扫一次'] },
  forged: { tone: 'refused', word: ['不是', '相约的码'], lines: ['请打开“我的码”，再扫一次', `还是不行，${DESK}`] },
  unknown: { tone: 'refused', word: ['查不到'], lines: ['没有找到这个码，请核对', `还是不行，${DESK}`] },
  quarantined: { tone: 'refused', word: ['待核对'], lines: ['已留待办公室核对', '这台机器已停用，请找协调员'] },
  // A team's names can only be ticked while the server is there; until then it counts nobody.
  team_partial: { tone: 'refused', word: ['团体码'], lines: ['还没有核对到场的人', '请有网时再扫一次'] },
  undo: { tone: 'repeat', word: ['已撤销'], lines: [] },
  undone: { tone: 'repeat', word: ['已撤销'], lines: ['这次扫码已撤销'] },
  invalid: { tone: 'refused', word: ['没记上'], lines: ['请再扫一次'] },
  id_conflict: { tone: 'refused', word: ['没记上'], lines: ['请再扫一次'] },
  stored: { tone: 'repeat', word: ['已记下'], lines: ['有网时上传', '请放行'] },
  foreign: { tone: 'refused', word: ['不是', '相约的码'], lines: ['请打开“我的码”，再扫一次'], leavesAfter: REPEAT_MS },
  miswritten: { tone: 'refused', word: ['短码不对'], lines: ['请核对以后，再输一次'] },
  unreadable: { tone: 'refused', word: ['看不清'], lines: ['请调亮屏幕，或换一张照片'], leavesAfter: REPEAT_MS },
  unsaved: { tone: 'refused', word: ['没存上'], lines: ['这台手机存不下了，请换一台'] },
};

const OTHER: Shape = { tone: 'refused', word: ['要核对'], lines: ['这次扫码已记下', DESK] };

const AT_PICKUP: Record<string, Shape> = {
  accepted: { tone: 'accepted', word: ['通过'], lines: ['请发给本人'] },
  // At a counter a second scan means stop: what is handed out is handed out once.
  repeat: { tone: 'refused', word: ['已领过'], lines: ['不要再发'] },
};

function shapeOf(verdict: string, kind: CheckpointKind | null): Shape {
  return (kind === 'pickup' ? AT_PICKUP[verdict] : undefined) ?? SHAPES[verdict] ?? OTHER;
}

function lifetime(shape: Shape): number | null {
  if (shape.leavesAfter !== undefined) return shape.leavesAfter;
  if (shape.tone === 'accepted') return ACCEPTED_MS;
  return shape.tone === 'repeat' ? REPEAT_MS : null;
}

/** Dark screens of a waypoint: the person was not let through. */
export function isRefusal(verdict: string): boolean {
  return shapeOf(verdict, null).tone === 'refused';
}

/** The word alone, for lists. */
export function verdictWord(verdict: string): string {
  return shapeOf(verdict, null).word.join('');
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
  const shape = shapeOf(verdict, kind);
  let lines = [...shape.lines];
  const first = verdict === 'repeat' ? clockTimeOf(result?.first_at, now) : null;
  if (first !== null) {
    lines = kind === 'pickup' ? [`${first} 已领`, ...lines] : [`${first} 已签，不用再签`, ...lines.slice(1)];
  }
  // A verdict that this page does not know yet is told in the server's words.
  const said = result?.message?.trim();
  if (said && shape === OTHER) lines = [said];
  return { tone: shape.tone, word: [...shape.word], lines, leavesAfter: lifetime(shape) };
}

/** The screen after a whole team: green when everybody passed. */
export function teamScreen(passed: number, others: readonly string[], stored: number): Screen {
  if (others.length > 0) {
    return {
      tone: 'refused',
      word: [`${others.length} 人`, '没通过'],
      lines: [`通过 ${passed} 人`, others.join('，'), DESK],
      leavesAfter: null,
    };
  }
  if (stored > 0) {
    const lines = passed > 0 ? [`通过 ${passed} 人，另 ${stored} 人有网时上传`] : [`${stored} 人，有网时上传`];
    return { tone: 'repeat', word: ['已记下'], lines: [...lines, '请放行'], leavesAfter: REPEAT_MS };
  }
  return { tone: 'accepted', word: ['通过'], lines: [`${passed} 人`, '请放行'], leavesAfter: ACCEPTED_MS };
}

/** The server took a scan or an undo for what it was. */
export function wasTaken(verdict: string | undefined): boolean {
  return verdict !== undefined && !['id_conflict', 'invalid', 'quarantined'].includes(verdict);
}

/** What may be taken back: a scan that let somebody through. */
export function canBeUndone(verdict: string): boolean {
  return ['accepted', 'not_on_list', 'outside_hours', 'stored'].includes(verdict);
}
