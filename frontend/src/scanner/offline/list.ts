/**
 * The list on this phone: fetched while there is a network, kept, opened again
 * at a cold start; how old it is; and the verdicts by it.
 */

import { ApiError } from '../api';
import { Before } from './before';
import { BundleFault, keysOf, openBundle, type Bundle, type Header } from './bundle';
import { judge, type Judged, type Named } from './judge';
import type { ScanStore } from '../store';
import type { DeviceRecord } from '../types';

const WARN_AFTER_MS = 12 * 60 * 60 * 1000;

export interface FetchedBundle {
  file: Uint8Array;
  etag: string | null;
}

/** What the list needs of the server. Null: the phone's own still holds. */
export interface BundleSource {
  bundle(device: DeviceRecord, etag: string | null): Promise<FetchedBundle | null>;
}

/** As it is kept on the phone. `keys`: those that are trusted from now on. */
interface Kept {
  device: string;
  file: Uint8Array;
  etag: string | null;
  checkedAt: number;
  keys: Header['keys'];
}

const KEPT = 'bundle';

export type ListProblem = 'signature' | null;

export class PhoneList {
  readonly before = new Before();
  problem: ListProblem = null;
  private kept: Kept | null = null;
  private open: Bundle | null = null;

  constructor(
    private readonly store: ScanStore,
    private readonly source: BundleSource,
    private readonly now: () => number = () => Date.now(),
  ) {}

  get bundle(): Bundle | null {
    return this.open;
  }

  /** ms since the server last said that it holds; null without a list. */
  get age(): number | null {
    return this.kept === null || this.open === null ? null : Math.max(0, this.now() - this.kept.checkedAt);
  }

  get old(): boolean {
    return (this.age ?? 0) > WARN_AFTER_MS;
  }

  /** Opens what the phone holds for this device: works without a network. */
  async load(device: DeviceRecord): Promise<void> {
    this.take(null, null);
    this.before.clear();
    await this.noteAll(device);
    const kept = await this.store.setting<Kept>(KEPT);
    if (kept === undefined || kept.device !== device.id) return;
    try {
      this.take(kept, await openBundle(kept.file, keysOf(kept)));
    } catch {
      // Damaged in the store: without a list scans are written down all the same.
      this.take(null, null);
    }
  }

  /** Every row that this phone holds, another tab's too. */
  async noteAll(device: DeviceRecord): Promise<void> {
    for (const row of [...(await this.store.allPending()), ...(await this.store.done())]) {
      if (row.device === device.id) this.before.note(row);
    }
  }

  /** Asks the server; what it sends is believed only under a key that is trusted already. */
  async refresh(device: DeviceRecord): Promise<void> {
    const fresh = await this.source.bundle(device, this.open === null ? null : (this.kept?.etag ?? null));
    if (fresh === null) {
      if (this.kept !== null) await this.keep({ ...this.kept, checkedAt: this.now() }, this.open);
      return;
    }
    try {
      const pinned = this.kept === null || this.open === null ? null : keysOf(this.kept);
      const bundle = await openBundle(fresh.file, pinned);
      if (bundle.header.activity.id !== device.info.activity.id) throw new BundleFault('another activity');
      // An older one is genuine and of no use: whoever sends it, the phone keeps what it has.
      if (pinned !== null && bundle.number < (this.open?.number ?? 0)) return;
      const { keys } = bundle.header;
      await this.keep({ device: device.id, ...fresh, checkedAt: this.now(), keys }, bundle);
      this.problem = null;
    } catch (error) {
      if (!(error instanceof BundleFault)) throw error;
      this.problem = 'signature';
    }
  }

  /** `refresh` that leaves things as they are without a network; a refused token is the caller's to hear of. */
  async tryRefresh(device: DeviceRecord): Promise<void> {
    try {
      await this.refresh(device);
    } catch (error) {
      if (error instanceof ApiError && error.denied) throw error;
    }
  }

  /** The phone's own verdict; null without a list. */
  async judge(named: Named, checkpoint: string, at: number): Promise<Judged | null> {
    return this.open === null ? null : judge(named, checkpoint, at, this.open, this.before);
  }

  private async keep(kept: Kept, bundle: Bundle | null): Promise<void> {
    await this.store.saveSetting(KEPT, kept);
    this.take(kept, bundle);
  }

  private take(kept: Kept | null, bundle: Bundle | null): void {
    this.kept = kept;
    if (this.open !== bundle) this.before.use(bundle);
    this.open = bundle;
  }
}
