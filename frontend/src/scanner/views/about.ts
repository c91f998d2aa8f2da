/** The page itself: a new release, the home screen, the browser it needs, the language, the hand that holds the phone. */

import type { Language } from '../../texts/choose';
import { texts } from '../../texts/scanner';
import { speak } from '../language';
import { Installing, isInstalled, placeOf } from '../platform';
import type { ScanStore } from '../store';
import { mayUpdate, Updates } from '../updates';
import { el, setText } from './page';

const HAND = 'hand';

export class AboutView {
  private readonly updates = new Updates((waits) => void this.release(waits));
  private readonly installing = new Installing((offered) => {
    el('sc-install').hidden = !offered;
  });

  /** @param busy how much is unsent, and when the activity's day ends (null: none) */
  constructor(
    private readonly store: ScanStore,
    private readonly busy: () => Promise<{ pending: number; endsAt: number | null }>,
  ) {
    el('sc-update').addEventListener('click', () => this.updates.now());
    el('sc-install').addEventListener('click', () => void this.installing.install());
    el('sc-language').addEventListener('change', (event) => {
      void speak((event.target as HTMLInputElement).value as Language, this.store);
    });
    el('sc-hand').addEventListener('change', (event) => void this.hand((event.target as HTMLInputElement).value));
  }

  async start(): Promise<void> {
    const place = placeOf(navigator.userAgent);
    el('sc-open-browser').hidden = place !== 'wechat-iphone';
    el('sc-home-screen').hidden = place !== 'iphone' || isInstalled();
    // Where nothing lasts, opening the page anew would lose what is unsent.
    el('sc-language').hidden = !this.store.lasting;
    this.showHand((await this.store.setting<string>(HAND)) ?? 'right');
    const { worker, scope } = el('scanner').dataset;
    await this.updates.start(worker, scope ?? location.pathname);
  }

  /** Once a minute: may a release that waits come in by now? */
  async consider(): Promise<void> {
    this.updates.look();
    await this.release(this.updates.waits);
  }

  private async release(waits: boolean): Promise<void> {
    const { pending, endsAt } = await this.busy();
    el('sc-release').hidden = !waits;
    setText('sc-release-text', pending > 0 ? texts.releaseAfterSending : texts.releaseAfterwards);
    el('sc-update').hidden = pending > 0;
    if (waits && mayUpdate(pending, endsAt, Date.now())) this.updates.now();
  }

  private async hand(hand: string): Promise<void> {
    this.showHand(hand);
    await this.store.saveSetting(HAND, hand);
  }

  private showHand(hand: string): void {
    el('scanner').dataset.hand = hand;
    for (const radio of el('sc-hand').querySelectorAll('input')) radio.checked = radio.value === hand;
  }
}
