/**
 * A scan gun types: a burst of characters that ends in Enter. The burst goes
 * the way of the camera, with every space kept.
 */

const PAUSE_MS = 1000;
const SHORTEST = 4;

/** Collects the keys of one burst. Pure: the time is an argument. */
export class GunBuffer {
  private text = '';
  private last = 0;

  /** Takes one character; a pause before it starts a new burst. */
  push(sign: string, now: number): void {
    if (now - this.last > PAUSE_MS) this.text = '';
    this.text += sign;
    this.last = now;
  }

  /** True while a burst is running. */
  running(now: number): boolean {
    return this.text !== '' && now - this.last <= PAUSE_MS;
  }

  /** Ends the burst at Enter: its text, or null when it was no burst. */
  end(now: number): string | null {
    const text = this.running(now) ? this.text : '';
    this.text = '';
    return text.length >= SHORTEST ? text : null;
  }
}

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
}

/**
 * Listens on the whole page. While a field has the focus the keys belong to
 * the field, whose form goes the same way on Enter.
 */
export function listenToGun(onText: (text: string) => void): void {
  const buffer = new GunBuffer();
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return;
    const now = performance.now();
    if (event.key === 'Enter') {
      const text = buffer.end(now);
      if (text === null) return;
      event.preventDefault();
      onText(text);
      return;
    }
    // A lone space or Enter presses the focused button, as everywhere.
    if ([...event.key].length !== 1 || (event.key === ' ' && !buffer.running(now))) return;
    event.preventDefault();
    buffer.push(event.key, now);
  };
  document.addEventListener('keydown', onKey, { capture: true });
  // Firefox presses a button at the release of the space bar, whatever became of the key before.
  const onRelease = (event: KeyboardEvent): void => {
    if (event.key === ' ' && buffer.running(performance.now())) event.preventDefault();
  };
  document.addEventListener('keyup', onRelease, { capture: true });
}
