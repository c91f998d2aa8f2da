/** A team's code without a network: how many have come. Names are ticked once the server is there. */

import { texts } from '../../texts/scanner';
import { el, setText, type Page } from './page';

const MOST = 500;

export class HeadsView {
  private count = 1;
  private done: (count: number) => void = () => undefined;

  constructor(
    private readonly page: Page,
    onBack: () => void,
  ) {
    el('sc-heads-less').addEventListener('click', () => this.set(this.count - 1));
    el('sc-heads-more').addEventListener('click', () => this.set(this.count + 1));
    el('sc-heads-send').addEventListener('click', () => this.done(this.count));
    el('sc-heads-back').addEventListener('click', onBack);
  }

  /** @param listed the confirmed members by the list on the phone, when it knows the team */
  open(listed: number | null, done: (count: number) => void): void {
    this.done = done;
    setText('sc-heads-listed', listed === null ? texts.headsUnlisted : texts.headsListed(listed));
    this.set(listed ?? 1);
    this.page.show('heads');
    el('sc-heads-title').focus({ preventScroll: true });
    this.page.announce(texts.headsAsk);
  }

  private set(count: number): void {
    this.count = Math.min(MOST, Math.max(1, count));
    setText('sc-heads-count', String(this.count));
    setText('sc-heads-send', texts.headsSend(this.count));
  }
}
