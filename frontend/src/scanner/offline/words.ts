/** How old the list is, in words. Pure. */

import { texts } from '../../texts/scanner';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Just now, so many minutes, so many hours. */
export function ageWords(age: number): string {
  if (age < 2 * MINUTE_MS) return texts.justNow;
  if (age < HOUR_MS) return texts.minutesOld(Math.floor(age / MINUTE_MS));
  return texts.hoursOld(Math.floor(age / HOUR_MS));
}
