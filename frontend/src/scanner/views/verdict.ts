/** The verdict on the whole screen. It appears with no transition and leaves by its own clock. */

import type { Signals } from '../signals';
import type { ScanResult } from '../types';
import type { Screen } from '../verdicts';
import { el, make, setOptional, setText, type Page } from './page';

/** What is shown of a person: what the server said, nothing that the phone holds. */
type Person = Pick<ScanResult, 'name' | 'bib' | 'category'>;

const LONG_WORD = 3;

export class VerdictView {
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** @param onLeave the screen left by itself or by 下一位 */
  constructor(
    private readonly page: Page,
    private readonly signals: Signals,
    private readonly onLeave: () => void,
  ) {
    el('sc-next').addEventListener('click', () => this.leave());
  }

  /**
   * @param verdict its name, for tests and style
   * @param footnote the running count
   */
  show(verdict: string, screen: Screen, person: Person | null, footnote: string): void {
    this.cancel();
    this.fill(screen, person);
    el('sc-verdict').dataset.verdict = verdict;
    setText('sc-verdict-count', withLeaving(footnote, screen.leavesAfter));
    this.page.show('verdict', screen.tone);
    this.signals.play(screen.tone);
    const who = [person?.bib, person?.name].filter(Boolean).join(' ');
    this.page.announce([screen.word.join(''), who, ...screen.lines].filter(Boolean).join('，'));
    if (screen.leavesAfter !== null) this.timer = setTimeout(() => this.leave(), screen.leavesAfter);
    else el('sc-next').focus({ preventScroll: true });
  }

  /** A newer code took the screen. */
  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private leave(): void {
    this.cancel();
    if (this.page.screen === 'verdict') this.onLeave();
  }

  private fill(screen: Screen, person: Person | null): void {
    const word = el('sc-word');
    // Two lines stay two lines, and a reader hears one word.
    word.replaceChildren(...screen.word.map((line) => make('span', '', line)));
    word.dataset.long = screen.word.some((line) => line.length >= LONG_WORD) || screen.word.length > 1 ? 'yes' : 'no';
    word.dataset.length = String(Math.max(...screen.word.map((line) => line.length)));
    setOptional('sc-bib', person?.bib);
    setOptional('sc-name', person?.name);
    setOptional('sc-category', person?.category);
    el('sc-lines').replaceChildren(...screen.lines.map((line) => make('p', '', line)));
  }
}

function withLeaving(footnote: string, leavesAfter: number | null): string {
  if (leavesAfter === null) return footnote;
  const after = `${Math.round(leavesAfter / 1000)} 秒后自动扫下一位`;
  return footnote === '' ? after : `${footnote}，${after}`;
}
