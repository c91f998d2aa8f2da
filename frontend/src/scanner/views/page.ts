/** The page as a whole: which screen shows, and the header that never leaves. */

import { texts } from '../../texts/scanner';
import { figure } from '../times';
import type { Tone } from '../verdicts';

export type ScreenName =
  | 'loading'
  | 'join'
  | 'choose'
  | 'invalid'
  | 'ready'
  | 'verdict'
  | 'team'
  | 'heads'
  | 'code'
  | 'search'
  | 'state';

/** Screens on which the camera reads: a new code in view always wins over a verdict. */
export const READING: ReadonlySet<ScreenName> = new Set<ScreenName>(['ready', 'verdict']);

const WITHOUT_HEADER: ReadonlySet<ScreenName> = new Set<ScreenName>(['loading', 'join', 'choose', 'invalid']);

const BLINK_MS = 700;

/** An element of the template; a missing one is a fault of the template. */
export function el<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found as T;
}

export function setText(id: string, text: string): void {
  el(id).textContent = text;
}

/** Shows the text, or hides its element when there is none. */
export function setOptional(id: string, text: string | null | undefined): void {
  const element = el(id);
  element.textContent = text ?? '';
  element.hidden = !text;
}

/** An element with a class and a text: data never becomes markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** The sentence of a wrong field, between its label and its input; null takes it away. */
export function fieldError(name: string, text: string | null): void {
  const error = el(`${name}-error`);
  const input = el(name);
  const words = error.querySelector('span');
  if (words !== null) words.textContent = text ?? '';
  error.hidden = text === null;
  el(`${name}-field`).classList.toggle('x-field--wrong', text !== null);
  if (text === null) input.removeAttribute('aria-invalid');
  else input.setAttribute('aria-invalid', 'true');
}

export class Page {
  private readonly root = el('scanner');
  private readonly sections = [...this.root.querySelectorAll<HTMLElement>('[data-name]')];
  private name: ScreenName = 'loading';
  private unsentBefore = 0;
  private unsentTimer: ReturnType<typeof setTimeout> | null = null;
  private shownUnsent: () => void = () => undefined;

  /** @param onShow hears of each change of screen */
  constructor(private readonly onShow: (name: ScreenName) => void) {}

  get screen(): ScreenName {
    return this.name;
  }

  get apiBase(): string {
    return this.root.dataset.api ?? '/api/v1';
  }

  /** Which build of the page this is. */
  get release(): string | null {
    return this.root.dataset.release ?? null;
  }

  show(name: ScreenName, tone: Tone | 'ready' = 'ready'): void {
    this.name = name;
    this.root.dataset.screen = name;
    this.root.dataset.tone = tone;
    el('sc-top').hidden = WITHOUT_HEADER.has(name);
    for (const section of this.sections) section.hidden = section.dataset.name !== name;
    if (!READING.has(name)) window.scrollTo(0, 0);
    this.onShow(name);
  }

  /** Says it to a screen reader, even the same words twice. */
  announce(text: string): void {
    const region = el('sc-live');
    region.textContent = '';
    requestAnimationFrame(() => {
      region.textContent = text;
    });
  }

  header(checkpoint: string, device: string): void {
    setText('sc-checkpoint', checkpoint);
    setText('sc-device', device);
  }

  /**
   * A scan that is being answered is unsent for a blink: the button waits that
   * long before it says so, and never with the good news.
   *
   * @param late refusals that came after the volunteer had let go of the screen
   */
  unsent(count: number, late: number): void {
    el('sc-unsent').dataset.count = String(count);
    this.shownUnsent = () => {
      el('sc-unsent').dataset.state = count > 0 ? 'some' : late > 0 ? 'late' : 'none';
      const settled = late > 0 ? texts.toLookAt(figure(late)) : texts.allSent;
      setText('sc-unsent-text', count > 0 ? texts.unsent(figure(count)) : settled);
    };
    if (count === 0 || this.unsentBefore > 0) this.tellUnsent();
    else this.unsentTimer ??= setTimeout(() => this.tellUnsent(), BLINK_MS);
  }

  private tellUnsent(): void {
    if (this.unsentTimer !== null) clearTimeout(this.unsentTimer);
    this.unsentTimer = null;
    this.shownUnsent();
    this.unsentBefore = Number(el('sc-unsent').dataset.count);
  }
}
