/**
 * The minute's word with the server: how the phone fares, whether it is still a
 * device, what time it is, and whether its list still holds.
 */

import { ApiError, type DeviceApi, type PhoneState } from './api';
import type { ServerClock } from './clock';
import type { PhoneList } from './offline/list';
import type { ScanStore } from './store';
import type { DeviceInfo, DeviceRecord } from './types';

interface Battery {
  level: number;
  charging: boolean;
}

const OFFSET = 'offset';

export class Contact {
  private running: Promise<DeviceInfo | null> | null = null;

  constructor(
    private readonly api: DeviceApi,
    private readonly store: ScanStore,
    private readonly clock: ServerClock,
    private readonly list: PhoneList,
    private readonly release: string | null,
  ) {}

  /** What the server says of the device; null without an answer. Rejects for a refused token. */
  meet(device: DeviceRecord): Promise<DeviceInfo | null> {
    this.running ??= this.once(device).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async once(device: DeviceRecord): Promise<DeviceInfo | null> {
    const sent = Date.now();
    try {
      const info = await this.ask(device);
      this.clock.sample(sent, info.server_time);
      await this.store.saveSetting(OFFSET, this.clock.offset());
      const held = this.list.bundle?.number;
      await this.list.tryRefresh(device);
      // The office is told at once that a phone has its list, or a newer one.
      return this.list.bundle?.number === held ? info : await this.ask(device);
    } catch (error) {
      if (error instanceof ApiError && error.denied) throw error;
      return null;
    }
  }

  /** A server of the release before has no ear for the phone's state. */
  private async ask(device: DeviceRecord): Promise<DeviceInfo> {
    try {
      return await this.api.state(device.token, await this.state(device));
    } catch (error) {
      if (!(error instanceof ApiError) || ![404, 405].includes(error.status)) throw error;
      return this.api.device(device.token, device.checkpoint);
    }
  }

  private async state(device: DeviceRecord): Promise<PhoneState> {
    const [oldest] = await this.store.pending(device.id, 1);
    const battery = await batteryOf(navigator as { getBattery?: () => Promise<Battery> });
    return {
      queue: await this.store.countPending(),
      oldest: oldest?.item.scanned_at ?? null,
      battery: battery === null ? null : Math.round(battery.level * 100),
      charging: battery?.charging ?? null,
      bundle: this.list.bundle?.number ?? null,
      release: this.release,
      checkpoint: device.checkpoint,
      offset_ms: this.clock.offset(),
    };
  }
}

/** Safari and Firefox do not tell. */
async function batteryOf(browser: { getBattery?: () => Promise<Battery> }): Promise<Battery | null> {
  try {
    return (await browser.getBattery?.()) ?? null;
  } catch {
    return null;
  }
}
