/** The verdict on the whole screen. It appears with no transition and leaves by its own clock. */

import { texts } from '../../texts/verdicts';
import { texts as dictionary } from '../../texts/scanner';
import { shownBib } from '../bib';
import type { Signals } from '../signals';
import type { ScanResult } from '../types';
import type { Screen } from '../verdicts';
import { el, make, setOptional, setText, type Page } from './page';

/** What is shown of a person: what the server said, nothing that the phone holds. */
type Person = Pick<ScanResult, 'name' | 'bib' | 'category'>;

const LONG_WORD = 3;

export class VerdictView {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private lifetime: number | null = null;

  /** @param onLeave the screen left by itself or by its button */
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
    this.lifetime = screen.leavesAfter;
    this.page.show('verdict', screen.tone);
    this.signals.play(screen.tone);
    const who = [shownBib(person?.bib), person?.name].filter(Boolean).join(' ');
    this.page.announce([screen.word.join(texts.between), who, ...screen.lines].filter(Boolean).join(dictionary.comma));
    if (screen.leavesAfter !== null) this.timer = setTimeout(() => this.leave(), screen.leavesAfter);
    else el('sc-next').focus({ preventScroll: true });
  }

  /** The server says who it is: the name joins what is on the screen, which stays as long again. */
  enrich(person: Person, footnote: string): void {
    setOptional('sc-bib', shownBib(person.bib));
    setOptional('sc-name', person.name);
    if (person.category) setOptional('sc-category', person.category);
    setText('sc-verdict-count', withLeaving(footnote, this.lifetime));
    if (this.timer === null || this.lifetime === null) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.leave(), this.lifetime);
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
    setOptional('sc-bib', shownBib(person?.bib));
    setOptional('sc-name', person?.name);
    setOptional('sc-category', person?.category);
    el('sc-lines').replaceChildren(...screen.lines.map((line) => make('p', '', line)));
  }
}

function withLeaving(footnote: string, leavesAfter: number | null): string {
  if (leavesAfter === null) return footnote;
  const after = texts.leaves(Math.round(leavesAfter / 1000));
  return footnote === '' ? after : footnote + dictionary.comma + after;
}
