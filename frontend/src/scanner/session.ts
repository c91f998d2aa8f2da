/** Which device this phone is, and at which checkpoint it stands. */

import type { ScanStore } from './store';
import type { Checkpoint, DeviceInfo, DeviceRecord } from './types';

const CURRENT = 'current';

export class Session {
  private record: DeviceRecord | null = null;

  constructor(private readonly store: ScanStore) {}

  get device(): DeviceRecord | null {
    return this.record;
  }

  get checkpoint(): Checkpoint | null {
    const code = this.record?.checkpoint ?? null;
    return this.record?.info.checkpoints.find((one) => one.code === code) ?? null;
  }

  /** True where the coordinator fixed no checkpoint and there is more than one. */
  get mayChoose(): boolean {
    const info = this.record?.info;
    return info !== undefined && info.checkpoint === null && info.checkpoints.length > 1;
  }

  /** The device of the last visit, if there is one. */
  async load(): Promise<DeviceRecord | null> {
    const id = await this.store.setting<string | null>(CURRENT);
    const devices = await this.store.devices();
    this.record = devices.find((device) => device.id === id) ?? null;
    return this.record;
  }

  /** What the server says of the device now; a fixed checkpoint overrules the volunteer's choice. */
  async know(token: string, info: DeviceInfo): Promise<DeviceRecord> {
    const before = this.record?.id === info.device.id ? this.record.checkpoint : null;
    const only = info.checkpoints.length === 1 ? (info.checkpoints[0]?.code ?? null) : null;
    const record: DeviceRecord = {
      id: info.device.id,
      token,
      info: withoutCounts(info),
      checkpoint: info.checkpoint ?? known(info, before) ?? only,
      denied: false,
    };
    await this.save(record);
    return record;
  }

  async choose(checkpoint: string): Promise<void> {
    if (this.record !== null) await this.save({ ...this.record, checkpoint });
  }

  async denied(): Promise<void> {
    if (this.record !== null) await this.save({ ...this.record, denied: true });
  }

  /** This phone is no device any more; only when nothing of it waits. */
  async leave(): Promise<void> {
    if (this.record === null) return;
    await this.store.removeDevice(this.record.id);
    await this.store.saveSetting(CURRENT, null);
    this.record = null;
  }

  private async save(record: DeviceRecord): Promise<void> {
    this.record = record;
    await this.store.saveDevice(record);
    await this.store.saveSetting(CURRENT, record.id);
  }
}

/** Counts grow old at once: they are not kept. */
function withoutCounts(info: DeviceInfo): DeviceInfo {
  const { device, activity, checkpoints, checkpoint, epoch, server_time } = info;
  return { device, activity, checkpoints, checkpoint, epoch, server_time };
}

function known(info: DeviceInfo, code: string | null): string | null {
  return info.checkpoints.some((one) => one.code === code) ? code : null;
}
