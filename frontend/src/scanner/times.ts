/** Times as the field says them: 24 hours, the office's zone whatever the phone is set to. */

import { texts } from '../texts/scanner';

const PARTS = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  hourCycle: 'h23',
});

function parts(at: Date): Record<string, string> {
  return Object.fromEntries(PARTS.formatToParts(at).map((part) => [part.type, part.value]));
}

/** 8:03, with its date before it when it was another day than `now`. */
export function clockTime(at: Date, now: Date = at): string {
  const then = parts(at);
  const today = parts(now);
  const time = `${Number(then.hour)}:${then.minute}`;
  const sameDay = then.year === today.year && then.month === today.month && then.day === today.day;
  return sameDay ? time : texts.date(Number(then.day), Number(then.month), time);
}

/** The same for an RFC 3339 text; null when it is none. */
export function clockTimeOf(text: string | null | undefined, now: Date): string | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : clockTime(new Date(at), now);
}

/** 1,120 */
export function figure(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}
