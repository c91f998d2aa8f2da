/**
 * Which of the codes in view are news. A phone held before the camera is read
 * ten times a second, so a code is silent while it is being judged and for a
 * moment after its own verdict; then it is a second scan, and the server says
 * so. Codes that are not ours stay silent for as long as they stay in view: a
 * poster on the wall would otherwise buzz all day.
 */

const QUIET_MS = 2500;
const FORGET = 64;

interface Seen {
  judging: boolean;
  until: number;
}

export class SeenCodes {
  private readonly codes = new Map<string, Seen>();
  private readonly strangers = new Map<string, number>();
  private readonly quiet: number;

  constructor(quiet: number = QUIET_MS) {
    this.quiet = quiet;
  }

  /**
   * True when this code should be scanned now; it is then being judged until `judged`.
   * What was typed or chosen by hand is never too soon, only not twice at once.
   */
  take(key: string, now: number, byHand = false): boolean {
    const seen = this.codes.get(key);
    if (seen !== undefined && (seen.judging || (!byHand && now < seen.until))) return false;
    this.codes.delete(key);
    this.codes.set(key, { judging: true, until: 0 });
    this.drop(this.codes);
    return true;
  }

  /** The verdict of `key` is on the screen since `now`. */
  judged(key: string, now: number): void {
    this.codes.set(key, { judging: false, until: now + this.quiet });
  }

  /** True when a text that is not ours should be spoken of: not seen within the quiet time. */
  stranger(text: string, now: number): boolean {
    const last = this.strangers.get(text);
    this.strangers.delete(text);
    this.strangers.set(text, now);
    this.drop(this.strangers);
    return last === undefined || now - last > this.quiet;
  }

  private drop(map: Map<string, unknown>): void {
    for (const key of map.keys()) {
      if (map.size <= FORGET) break;
      map.delete(key);
    }
  }
}
