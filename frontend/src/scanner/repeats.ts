/** A code that stays before the camera is one reading, not one for each frame. Pure: the time is an argument. */

const AWAY_MS = 4000;

export class Repeats {
  private text = '';
  private last = -Infinity;

  /** Whether this text was not before the camera just now. Each sight of it holds the time. */
  isNew(text: string, now: number): boolean {
    const fresh = text !== this.text || now - this.last > AWAY_MS;
    this.text = text;
    this.last = now;
    return fresh;
  }

  /** The last one did not get through: it may come again at once. */
  forget(): void {
    this.last = -Infinity;
  }
}
