/** Becoming a device, and choosing where it stands. */

import { texts } from '../../texts/scanner';
import { isReaders, type Language } from '../../texts/choose';
import { ApiError } from '../api';
import { clockTimeOf } from '../times';
import type { Checkpoint, DeviceInfo } from '../types';
import { el, fieldError, make, setText } from './page';

/** The sentence for a join that the server refused. Pure. */
export function joinRefusal(error: unknown): string {
  if (!(error instanceof ApiError)) return texts.joinOffline;
  if (error.status === 429) return texts.joinTooOften;
  if (error.status >= 500) return texts.joinServer;
  if (error.detail !== null && isReaders(error.detail)) return error.detail;
  return texts.joinRefused;
}

export class JoinView {
  private code: string | null = null;
  private sending = false;

  /** @param onJoin rejects when the server refuses */
  constructor(
    private readonly onJoin: (code: string, name: string) => Promise<void>,
    onCancel: () => void,
    onLanguage: (language: Language, code: string | null) => void,
  ) {
    el<HTMLFormElement>('sc-join').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.submit();
    });
    el('sc-join-cancel').addEventListener('click', onCancel);
    const other = el('sc-join-language');
    other.addEventListener('click', () => onLanguage(other.lang === 'en' ? 'en' : 'zh', this.code));
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
    fieldError('sc-join-code', code === '' ? texts.joinNoCode : null);
    fieldError('sc-join-name', name === '' ? texts.joinNoName : null);
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
  const kind = texts.kinds[checkpoint.kind] ?? '';
  return opens !== null && closes !== null ? `${kind} ${opens}—${closes}` : kind;
}
