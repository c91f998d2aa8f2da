/** What has not been sent, what was not taken, the cameras, and leaving. */

import { texts } from '../../texts/scanner';
import type { CameraChoice } from '../camera';
import type { QueueState } from '../queue';
import { clockTime, figure } from '../times';
import type { QueueRow } from '../types';
import { verdictWord } from '../verdicts';
import { el, make, setText } from './page';

export interface StateActs {
  send(): void;
  exportFile(): void;
  lateSeen(): void;
  change(): void;
  leave(): void;
  camera(id: string): void;
}

/** One sentence on why rows still wait. Pure. */
export function stateSentence(state: QueueState, online: boolean, now: Date): string {
  if (state.pending === 0) {
    return state.lastSentAt === null ? texts.nothingToSend : texts.lastSent(clockTime(new Date(state.lastSentAt), now));
  }
  if (state.problem === 'denied') return texts.stopped;
  if (state.sending) return texts.sending;
  if (!online || state.problem === 'network') return texts.noNetwork;
  if (state.problem === 'server') return texts.notTaken;
  return texts.sendsItself;
}

export class StateView {
  /** How many rows there are to export, waiting and rejected. */
  private held: [pending: number, rejected: number] = [0, 0];

  constructor(acts: StateActs) {
    el('sc-send').addEventListener('click', () => acts.send());
    el('sc-export').addEventListener('click', () => acts.exportFile());
    el('sc-late-seen').addEventListener('click', () => acts.lateSeen());
    el('sc-change').addEventListener('click', () => acts.change());
    el('sc-leave').addEventListener('click', () => this.ask(true));
    el('sc-leave-no').addEventListener('click', () => this.ask(false));
    el('sc-leave-yes').addEventListener('click', () => acts.leave());
    el('sc-camera-list').addEventListener('change', (event) => acts.camera((event.target as HTMLInputElement).value));
    el('sc-wechat').hidden = !/MicroMessenger/i.test(navigator.userAgent);
  }

  open(lasting: boolean, mayChange: boolean): void {
    this.ask(false);
    el('sc-state-memory').hidden = lasting;
    el('sc-change').hidden = !mayChange;
  }

  state(state: QueueState): void {
    this.offerFile(state.pending, this.held[1]);
    setText('sc-state-key', state.pending > 0 ? texts.unsent(figure(state.pending)) : texts.allSent);
    const sentence = stateSentence(state, navigator.onLine, new Date());
    // A live region speaks only of what has changed.
    if (el('sc-state-text').textContent !== sentence) setText('sc-state-text', sentence);
    el('sc-send').hidden = state.pending === 0;
    const waiting = state.pending > 0;
    el<HTMLButtonElement>('sc-leave').disabled = waiting;
    el('sc-leave-hint').hidden = !waiting;
  }

  late(rows: readonly QueueRow[]): void {
    list('sc-late', rows);
  }

  rejected(rows: readonly QueueRow[]): void {
    list('sc-rejected', rows);
    this.offerFile(this.held[0], rows.length);
  }

  cameras(choices: readonly CameraChoice[], chosen: string | null): void {
    el('sc-cameras').hidden = choices.length < 2;
    const cards = choices.map((choice, place) => {
      const card = make('label', 'x-radio');
      const radio = make('input', '');
      radio.type = 'radio';
      radio.name = 'camera';
      radio.id = `sc-camera-${place}`;
      radio.value = choice.id;
      radio.checked = choice.id === chosen;
      card.append(radio, make('span', 'x-radio__main', choice.label));
      return card;
    });
    el('sc-camera-list').replaceChildren(...cards);
  }

  private offerFile(pending: number, rejected: number): void {
    this.held = [pending, rejected];
    el('sc-export').hidden = pending + rejected === 0;
  }

  private ask(asking: boolean): void {
    el('sc-leave-ask').hidden = !asking;
    el('sc-device-acts').hidden = asking;
    if (asking) el('sc-leave-no').focus();
  }
}

function list(id: string, rows: readonly QueueRow[]): void {
  el(id).hidden = rows.length === 0;
  const now = new Date();
  const items = rows.map((row) => {
    const item = make('li', '');
    item.append(
      make('span', '', clockTime(new Date(row.item.scanned_at), now)),
      make('b', '', verdictWord(row.verdict ?? '')),
      make('span', '', tail(row)),
    );
    return item;
  });
  el(`${id}-rows`).replaceChildren(...items);
}

/** Enough to find the scan again: a typed code, or the end of a pass. */
function tail(row: QueueRow): string {
  if ('code' in row.item) return texts.codeOf(row.item.code);
  if ('pass' in row.item) return texts.passEnding(row.item.pass.slice(-4));
  return 'undoes' in row.item ? texts.anUndo : texts.byName;
}
