/** The search at the gate: online only, nothing of it is kept. */

import { texts } from '../../texts/scanner';
import { shownBib } from '../bib';
import { classify, fold, isPassShaped, type ReadText } from '../codes';
import { clockTimeOf } from '../times';
import type { SearchHit } from '../types';
import { el, make, setText } from './page';

const PAUSE_MS = 300;

/** How the badge of a registration's state looks. */
const LOOKS: Record<string, string> = {
  confirmed: 'ok',
  waitlisted: 'wait',
  submitted: 'wait',
  in_draw: 'open',
  rejected: 'no',
};

export class SearchView {
  private readonly input = el<HTMLInputElement>('sc-search-input');
  private timer: ReturnType<typeof setTimeout> | null = null;
  private running: AbortController | null = null;

  /**
   * @param find asks the server; rejects without a network
   * @param onRead a scan gun may type into this field too
   */
  constructor(
    private readonly find: (words: string, signal: AbortSignal) => Promise<SearchHit[]>,
    private readonly onChoose: (hit: SearchHit) => void,
    private readonly onRead: (read: ReadText) => void,
  ) {
    this.input.addEventListener('input', () => this.soon(PAUSE_MS));
    el<HTMLFormElement>('sc-search').addEventListener('submit', (event) => {
      event.preventDefault();
      if (isPassShaped(fold(this.input.value))) this.onRead(classify(this.input.value));
      else this.soon(0);
    });
  }

  open(): void {
    this.input.value = '';
    this.clear('');
    this.input.focus();
  }

  /** Leaves no names behind in the page. */
  close(): void {
    this.input.value = '';
    this.clear('');
  }

  private soon(delay: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), delay);
  }

  private async run(): Promise<void> {
    const words = this.input.value.trim();
    this.running?.abort();
    if (words === '' || isPassShaped(fold(this.input.value))) {
      this.clear('');
      return;
    }
    const running = new AbortController();
    this.running = running;
    setText('sc-search-state', texts.searching);
    try {
      const hits = await this.find(words, running.signal);
      if (running === this.running) this.fill(hits, words);
    } catch {
      if (running === this.running) this.clear(texts.searchOffline);
    }
  }

  private fill(hits: SearchHit[], words: string): void {
    setText('sc-search-state', hits.length === 0 ? texts.foundNone(words) : texts.found(hits.length));
    el('sc-hits').replaceChildren(...hits.map((hit) => this.cell(hit)));
  }

  private clear(state: string): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.running?.abort();
    this.running = null;
    setText('sc-search-state', state);
    el('sc-hits').replaceChildren();
  }

  private cell(hit: SearchHit): HTMLElement {
    const button = make('button', 'sc-choice');
    button.type = 'button';
    button.dataset.registration = hit.registration;
    const main = make('span', 'sc-choice__main');
    main.append(make('b', '', hit.name), make('span', '', [shownBib(hit.bib), hit.category].filter(Boolean).join(' ')));
    button.append(main, badge(hit));
    button.addEventListener('click', () => this.onChoose(hit));
    const item = make('li', '');
    item.append(button);
    return item;
  }
}

function badge(hit: SearchHit): HTMLElement {
  const at = clockTimeOf(hit.checked_in_at, new Date());
  if (at !== null) return make('span', 'x-badge x-badge--ok', texts.checkedInAt(at));
  const look = LOOKS[hit.state] ?? 'off';
  return make('span', `x-badge x-badge--${look}`, texts.states[hit.state] ?? texts.stateUnknown);
}
