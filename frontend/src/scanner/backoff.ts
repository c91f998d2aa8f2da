/** When to try again. Pure. */

const FIRST_MS = 1000;
const LONGEST_MS = 60_000;

/**
 * Exponential with jitter, so that the phones of a valley that finds its
 * network again do not all knock at once: between half and all of
 * min(60 s, 1 s × 2^failures), and never before the server's Retry-After.
 */
export function retryDelay(failures: number, retryAfterMs: number | null, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1));
  return Math.max(retryAfterMs ?? 0, Math.round(whole * (0.5 + random() / 2)));
}

/** Retry-After in seconds or as a date; null when there is none that can be read. */
export function retryAfter(header: string | null, now: number): number | null {
  if (header === null || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
