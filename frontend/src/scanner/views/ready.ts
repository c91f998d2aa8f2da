/** The camera's screen: hint, trouble, running count, the last one with 撤销. */

import type { CameraProblem } from '../camera';
import { figure } from '../times';
import type { Counts } from '../types';
import { el, setText } from './page';

export type Trouble = CameraProblem | 'decoder';

const TROUBLES: Record<Trouble, [title: string, text: string]> = {
  insecure: ['这个网址不能用摄像头', '要用 https 开头的网址。现在可以输短码或找人。'],
  refused: ['没有摄像头的使用权限', '请在浏览器设置里允许，再试一次。也可以输短码或找人。'],
  none: ['没有找到摄像头', '可以用扫码枪、输短码或找人。'],
  busy: ['摄像头正被别的程序占用', '请关掉那个程序，再试一次。也可以输短码或找人。'],
  broken: ['摄像头没有打开', '请再试一次。也可以输短码或找人。'],
  decoder: ['识别程序没有装上', '请连上网，刷新本页。也可以输短码或找人。'],
};

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
    const [title, text] = TROUBLES[problem];
    setText('sc-trouble-title', title);
    setText('sc-trouble-text', text);
    el('sc-trouble-retry').hidden = problem === 'insecure';
  }

  counts(counts: Counts): void {
    setText('sc-count', figure(counts.checkpoint));
    setText('sc-of', `报名 ${figure(counts.registered)} 人`);
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
