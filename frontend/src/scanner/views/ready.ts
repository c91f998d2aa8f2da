/** The camera's screen: hint, trouble, running count, the last one, which can be taken back. */

import { texts } from '../../texts/scanner';
import type { CameraProblem } from '../camera';
import { figure } from '../times';
import type { Counts } from '../types';
import { el, setText } from './page';

export type Trouble = CameraProblem | 'decoder';

export type HintState = 'idle' | 'busy' | 'wait';

export interface LastScan {
  text: string;
  /** What the button does now; null hides it. */
  act: 'undo' | 'redo' | null;
}

export class ReadyView {
  private readonly hintBox = el('sc-hint');

  hint(state: HintState): void {
    const text = this.hintBox.dataset[state] ?? '';
    if (this.hintBox.textContent !== text) this.hintBox.textContent = text;
    this.hintBox.dataset.state = state;
  }

  /** Says why the camera shows nothing; null when it does. */
  trouble(problem: Trouble | null): void {
    const box = el('sc-trouble');
    box.hidden = problem === null;
    el('sc-frame').hidden = problem !== null;
    this.hintBox.hidden = problem !== null;
    if (problem === null) return;
    box.dataset.problem = problem;
    const [title, text] = texts.camera[problem];
    setText('sc-trouble-title', title);
    setText('sc-trouble-text', text);
    el('sc-trouble-retry').hidden = problem === 'insecure';
  }

  counts(counts: Counts): void {
    setText('sc-count', figure(counts.checkpoint));
    setText('sc-of', texts.registered(figure(counts.registered)));
  }

  last(last: LastScan | null): void {
    el('sc-last').hidden = last === null;
    if (last === null) return;
    setText('sc-last-text', last.text);
    const button = el('sc-undo');
    button.hidden = last.act === null;
    const words = button.querySelector('span');
    if (words !== null && last.act !== null) words.textContent = button.dataset[last.act] ?? '';
  }

  torch(has: boolean, on: boolean): void {
    const button = el('sc-torch');
    button.hidden = !has;
    button.setAttribute('aria-pressed', String(on));
    const words = button.querySelector('span');
    if (words !== null) words.textContent = words.dataset[on ? 'on' : 'off'] ?? '';
  }

  silent(silent: boolean): void {
    el('sc-mute').hidden = !silent;
  }
}
