/** The camera as the volunteer handles it: which one, its light, opening it again. */

import type { Reader } from './reader';
import type { ScanStore } from './store';
import { el } from './views/page';
import type { ReadyView } from './views/ready';

const CAMERA = 'camera';

export class Lens {
  constructor(
    private readonly reader: Reader,
    private readonly ready: ReadyView,
    private readonly store: ScanStore,
  ) {}

  async start(): Promise<void> {
    await this.reader.start(await this.remembered());
  }

  /** It runs: its light can be shown. */
  opened(): void {
    if (el('sc-hint').dataset.state === 'wait') this.ready.hint('idle');
    this.ready.torch(this.reader.camera.hasTorch, this.reader.camera.torchOn);
  }

  /** Opens this one from now on; null opens the same again. */
  async use(id: string | null): Promise<void> {
    if (id !== null) await this.store.saveSetting(CAMERA, id);
    this.ready.hint('wait');
    await this.reader.restart(id ?? (await this.remembered()));
  }

  async torch(): Promise<void> {
    const { camera } = this.reader;
    const done = await camera.torch(!camera.torchOn);
    this.ready.torch(done, camera.torchOn);
  }

  private async remembered(): Promise<string | null> {
    return (await this.store.setting<string>(CAMERA)) ?? null;
  }
}
