/** Becoming a device, and choosing where it stands. */

import { ApiError } from '../api';
import { clockTimeOf } from '../times';
import type { Checkpoint, DeviceInfo } from '../types';
import { el, fieldError, make, setText } from './page';

const KINDS: Record<string, string> = { start: '起点', waypoint: '途中', finish: '终点', pickup: '领物' };

/** The sentence for a join that the server refused. Pure. */
export function joinRefusal(error: unknown): string {
  if (!(error instanceof ApiError)) return '现在没有网络，连上后再加入。';
  if (error.status === 429) return '试得太多了，请过几分钟再试。';
  if (error.status >= 500) return '服务器出了问题，请过一会儿再试。';
  if (error.detail !== null && /\p{Script=Han}/u.test(error.detail)) return error.detail;
  return '加入码不对或已过期，请找协调员要新的。';
}

export class JoinView {
  private code: string | null = null;
  private sending = false;

  /** @param onJoin rejects when the server refuses */
  constructor(
    private readonly onJoin: (code: string, name: string) => Promise<void>,
    onCancel: () => void,
  ) {
    el<HTMLFormElement>('sc-join').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.submit();
    });
    el('sc-join-cancel').addEventListener('click', onCancel);
  }

  /** With the code of a link, or asking for one; `back` where a device can be returned to. */
  open(code: string | null, back: boolean, note: string | null = null): void {
    this.code = code;
    el('sc-join-code-field').hidden = code !== null;
    el('sc-join-back').hidden = !back;
    el('sc-join-note').hidden = note === null;
    setText('sc-join-note-text', note ?? '');
    fieldError('sc-join-code', null);
    fieldError('sc-join-name', null);
    (code === null ? el('sc-join-code') : el('sc-join-name')).focus();
  }

  private async submit(): Promise<void> {
    if (this.sending) return;
    const typed = el<HTMLInputElement>('sc-join-code').value.trim();
    const name = el<HTMLInputElement>('sc-join-name').value.trim();
    const code = this.code ?? typed;
    fieldError('sc-join-code', code === '' ? '请填加入码。' : null);
    fieldError('sc-join-name', name === '' ? '请填姓名。' : null);
    if (code === '' || name === '') {
      (code === '' ? el('sc-join-code') : el('sc-join-name')).focus();
      return;
    }
    this.busy(true);
    try {
      await this.onJoin(code, name);
    } catch (error) {
      this.refused(joinRefusal(error));
    } finally {
      this.busy(false);
    }
  }

  /** The code of a link may be old: then the field for another one opens. */
  private refused(text: string): void {
    el('sc-join-code-field').hidden = false;
    if (this.code !== null) el<HTMLInputElement>('sc-join-code').value = this.code;
    this.code = null;
    fieldError('sc-join-code', text);
    el('sc-join-code').focus();
  }

  private busy(busy: boolean): void {
    this.sending = busy;
    const button = el('sc-join').querySelector<HTMLButtonElement>('button[type="submit"]');
    if (button === null) return;
    button.dataset.words ??= button.textContent ?? '';
    button.textContent = (busy ? button.dataset.busy : button.dataset.words) ?? '';
    if (busy) button.dataset.state = 'busy';
    else delete button.dataset.state;
    button.setAttribute('aria-disabled', String(busy));
  }
}

export class ChooseView {
  constructor(private readonly onChoose: (checkpoint: string) => void) {}

  open(info: DeviceInfo): void {
    setText('sc-choose-activity', info.activity.name);
    el('sc-choices').replaceChildren(...info.checkpoints.map((checkpoint) => this.cell(checkpoint)));
  }

  private cell(checkpoint: Checkpoint): HTMLElement {
    const button = make('button', 'sc-choice');
    button.type = 'button';
    button.dataset.checkpoint = checkpoint.code;
    button.append(make('b', '', checkpoint.name), make('span', '', detail(checkpoint)));
    button.addEventListener('click', () => this.onChoose(checkpoint.code));
    const item = make('li', '');
    item.append(button);
    return item;
  }
}

function detail(checkpoint: Checkpoint): string {
  const now = new Date();
  const opens = clockTimeOf(checkpoint.opens_at, now);
  const closes = clockTimeOf(checkpoint.closes_at, new Date(checkpoint.opens_at ?? now));
  const kind = KINDS[checkpoint.kind] ?? '';
  return opens !== null && closes !== null ? `${kind} ${opens}—${closes}` : kind;
}
