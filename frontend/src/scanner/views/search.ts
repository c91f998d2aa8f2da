/** The search at the gate: online only, nothing of it is kept. */

import { classify, fold, isPassShaped, type ReadText } from '../codes';
import { clockTimeOf } from '../times';
import type { SearchHit } from '../types';
import { el, make, setText } from './page';

const PAUSE_MS = 300;

const STATES: Record<string, [look: string, word: string]> = {
  confirmed: ['ok', '已报名'],
  waitlisted: ['wait', '候补中'],
  submitted: ['wait', '待审核'],
  in_draw: ['open', '等待抽签'],
  not_drawn: ['off', '未中签'],
  cancelled: ['off', '已取消'],
  expired: ['off', '已过期'],
  rejected: ['no', '未通过'],
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
    setText('sc-search-state', '正在找…');
    try {
      const hits = await this.find(words, running.signal);
      if (running === this.running) this.fill(hits, words);
    } catch {
      if (running === this.running) this.clear('找人要有网络。没有网时可以输短码。');
    }
  }

  private fill(hits: SearchHit[], words: string): void {
    setText('sc-search-state', hits.length === 0 ? `没有找到“${words}”，请换个说法再找。` : `找到 ${hits.length} 人`);
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
    main.append(make('b', '', hit.name), make('span', '', [hit.bib, hit.category].filter(Boolean).join(' ')));
    button.append(main, badge(hit));
    button.addEventListener('click', () => this.onChoose(hit));
    const item = make('li', '');
    item.append(button);
    return item;
  }
}

function badge(hit: SearchHit): HTMLElement {
  const at = clockTimeOf(hit.checked_in_at, new Date());
  if (at !== null) return make('span', 'x-badge x-badge--ok', `${at} 已签`);
  const [look, word] = STATES[hit.state] ?? ['off', '要核对'];
  return make('span', `x-badge x-badge--${look}`, word);
}
