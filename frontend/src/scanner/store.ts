/**
 * Where the phone keeps its scans and its tokens.
 *
 * `ScanStore` is the door: the page uses IndexedDB with strict durability, a
 * browser without it gets memory (and the page says so), the tests get memory.
 */

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { DeviceRecord, QueueRow, ScanItem, ScanSubject } from './types';

/** What a scan is before it has its number; the store adds `seq`. */
export type NewScan = ScanSubject & Omit<ScanItem, 'seq' | 'pass' | 'code' | 'registration' | 'undoes'>;

export interface ScanStore {
  /** False when a reload would lose everything. */
  readonly lasting: boolean;
  /** Writes new rows with the next numbers of this phone; resolves once they are safe. */
  add(device: string, scans: readonly NewScan[]): Promise<QueueRow[]>;
  /** Rows of one device that the server has not answered, oldest first. */
  pending(device: string, limit: number): Promise<QueueRow[]>;
  /** All of them, of every device that this phone was: for the file. */
  allPending(): Promise<QueueRow[]>;
  countPending(): Promise<number>;
  get(id: string): Promise<QueueRow | undefined>;
  /** Replaces rows in one transaction. */
  put(rows: readonly QueueRow[]): Promise<void>;
  rejected(): Promise<QueueRow[]>;
  /** Rows that the server has answered. */
  done(): Promise<QueueRow[]>;
  /** Drops those that were answered before that time, ms since 1970. */
  pruneDone(before: number): Promise<void>;
  devices(): Promise<DeviceRecord[]>;
  saveDevice(record: DeviceRecord): Promise<void>;
  removeDevice(id: string): Promise<void>;
  setting<T>(key: string): Promise<T | undefined>;
  saveSetting(key: string, value: unknown): Promise<void>;
}

const SEQ = 'seq';

interface Schema extends DBSchema {
  scans: { key: string; value: QueueRow; indexes: { state: [string, string] } };
  devices: { key: string; value: DeviceRecord };
  settings: { key: string; value: unknown };
}

const STRICT = { durability: 'strict' } as const;

/** Every row in one state, whichever its device: an array sorts behind every string. */
function inState(state: QueueRow['state']): IDBKeyRange {
  return IDBKeyRange.bound([state], [state, []]);
}

function bySeq(a: QueueRow, b: QueueRow): number {
  return a.item.seq - b.item.seq;
}

/** IndexedDB; every write is on the disk before its promise resolves. */
export class IdbStore implements ScanStore {
  readonly lasting = true;

  private constructor(private readonly db: IDBPDatabase<Schema>) {}

  /** Rejects where the browser keeps no data. */
  static async open(name = 'xiangyue-scanner'): Promise<IdbStore> {
    const db = await openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('scans', { keyPath: 'id' }).createIndex('state', ['state', 'device']);
        fresh.createObjectStore('devices', { keyPath: 'id' });
        fresh.createObjectStore('settings');
      },
      blocking(_current, _wanted, event) {
        // A newer page wants another shape: give way rather than hold it up.
        (event.target as IDBDatabase).close();
      },
    });
    return new IdbStore(db);
  }

  async add(device: string, scans: readonly NewScan[]): Promise<QueueRow[]> {
    const tx = this.db.transaction(['scans', 'settings'], 'readwrite', STRICT);
    const settings = tx.objectStore('settings');
    const first = (((await settings.get(SEQ)) as number | undefined) ?? 0) + 1;
    const rows = number(device, scans, first);
    const writes = rows.map((row) => tx.objectStore('scans').add(row));
    await Promise.all([...writes, settings.put(first + scans.length - 1, SEQ), tx.done]);
    return rows;
  }

  pending(device: string, limit: number): Promise<QueueRow[]> {
    // Keys are UUIDv7, so the index gives them in the order of their making.
    return this.db.getAllFromIndex('scans', 'state', IDBKeyRange.only(['pending', device]), limit);
  }

  async allPending(): Promise<QueueRow[]> {
    return (await this.db.getAllFromIndex('scans', 'state', inState('pending'))).sort(bySeq);
  }

  countPending(): Promise<number> {
    return this.db.countFromIndex('scans', 'state', inState('pending'));
  }

  get(id: string): Promise<QueueRow | undefined> {
    return this.db.get('scans', id);
  }

  async put(rows: readonly QueueRow[]): Promise<void> {
    const tx = this.db.transaction('scans', 'readwrite', STRICT);
    await Promise.all([...rows.map((row) => tx.store.put(row)), tx.done]);
  }

  async rejected(): Promise<QueueRow[]> {
    return (await this.db.getAllFromIndex('scans', 'state', inState('rejected'))).sort(bySeq);
  }

  async done(): Promise<QueueRow[]> {
    return (await this.db.getAllFromIndex('scans', 'state', inState('done'))).sort(bySeq);
  }

  async pruneDone(before: number): Promise<void> {
    const old = (await this.done()).filter((row) => (row.answered_at ?? 0) < before);
    if (old.length === 0) return;
    const tx = this.db.transaction('scans', 'readwrite', STRICT);
    await Promise.all([...old.map((row) => tx.store.delete(row.id)), tx.done]);
  }

  devices(): Promise<DeviceRecord[]> {
    return this.db.getAll('devices');
  }

  async saveDevice(record: DeviceRecord): Promise<void> {
    const tx = this.db.transaction('devices', 'readwrite', STRICT);
    await Promise.all([tx.store.put(record), tx.done]);
  }

  async removeDevice(id: string): Promise<void> {
    await this.db.delete('devices', id);
  }

  async setting<T>(key: string): Promise<T | undefined> {
    return (await this.db.get('settings', key)) as T | undefined;
  }

  async saveSetting(key: string, value: unknown): Promise<void> {
    await this.db.put('settings', value, key);
  }
}

/** For browsers that keep nothing: everything lives as long as the page. */
export class MemoryStore implements ScanStore {
  readonly lasting = false;
  private readonly rows = new Map<string, QueueRow>();
  private readonly records = new Map<string, DeviceRecord>();
  private readonly settings = new Map<string, unknown>();
  private seq = 0;

  async add(device: string, scans: readonly NewScan[]): Promise<QueueRow[]> {
    const rows = number(device, scans, this.seq + 1);
    this.seq += scans.length;
    for (const row of rows) this.rows.set(row.id, row);
    return rows;
  }

  async pending(device: string, limit: number): Promise<QueueRow[]> {
    const rows = this.inState('pending').filter((row) => row.device === device);
    return rows.slice(0, limit);
  }

  async allPending(): Promise<QueueRow[]> {
    return this.inState('pending');
  }

  async countPending(): Promise<number> {
    return this.inState('pending').length;
  }

  async get(id: string): Promise<QueueRow | undefined> {
    return this.rows.get(id);
  }

  async put(rows: readonly QueueRow[]): Promise<void> {
    for (const row of rows) this.rows.set(row.id, row);
  }

  async rejected(): Promise<QueueRow[]> {
    return this.inState('rejected');
  }

  async done(): Promise<QueueRow[]> {
    return this.inState('done');
  }

  async pruneDone(before: number): Promise<void> {
    for (const row of this.inState('done')) if ((row.answered_at ?? 0) < before) this.rows.delete(row.id);
  }

  async devices(): Promise<DeviceRecord[]> {
    return [...this.records.values()];
  }

  async saveDevice(record: DeviceRecord): Promise<void> {
    this.records.set(record.id, record);
  }

  async removeDevice(id: string): Promise<void> {
    this.records.delete(id);
  }

  async setting<T>(key: string): Promise<T | undefined> {
    return this.settings.get(key) as T | undefined;
  }

  async saveSetting(key: string, value: unknown): Promise<void> {
    this.settings.set(key, value);
  }

  private inState(state: QueueRow['state']): QueueRow[] {
    return [...this.rows.values()].filter((row) => row.state === state).sort(bySeq);
  }
}

function number(device: string, scans: readonly NewScan[], first: number): QueueRow[] {
  return scans.map((scan, place) => ({
    id: scan.id,
    device,
    state: 'pending',
    item: { ...scan, seq: first + place },
  }));
}

/** The lasting store, or memory where the browser refuses one. */
export async function openStore(): Promise<ScanStore> {
  try {
    return await IdbStore.open();
  } catch {
    return new MemoryStore();
  }
}
