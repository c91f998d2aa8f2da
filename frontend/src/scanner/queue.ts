/**
 * The queue: a scan is written to the phone first and posted then. A row leaves
 * only after the server's answer for its own id, and even then it stays for a
 * day, in case the server is restored from a backup (a new `epoch`).
 */

import { ApiError, NetworkError, type ScanSender } from './api';
import { retryDelay } from './backoff';
import { BATCH_LIMIT, larger, settle, smaller, type Settled } from './batch';
import type { ServerClock } from './clock';
import { uuid7 } from './ids';
import type { NewScan, ScanStore } from './store';
import type { Counts, DeviceRecord, QueueRow, ScanItem, ScanResult, ScansAnswer, ScanSubject } from './types';

const KEEP_MS = 24 * 60 * 60 * 1000;
const EPOCH = 'epoch';

/** Runs one upload at a time, over all tabs where the browser can. */
export type SingleFlight = (run: () => Promise<void>) => Promise<void>;

export interface QueueState {
  pending: number;
  sending: boolean;
  lastSentAt: number | null;
  retryAt: number | null;
  problem: 'network' | 'server' | 'denied' | null;
}

export interface QueueEvents {
  state?: (state: QueueState) => void;
  counts?: (counts: Counts) => void;
  /** The server has spoken about these rows. */
  answered?: (rows: readonly QueueRow[]) => void;
  /** The server no longer knows this device. */
  denied?: (device: DeviceRecord) => void;
  /** A refusal came after the volunteer had let go of its screen. */
  late?: () => void;
  /** Other tabs should look again. */
  touched?: () => void;
}

/** What the phone knew when it wrote a scan down. */
export type ScanContext = Pick<ScanItem, 'shown' | 'bundle' | 'headcount'>;

type Step = 'on' | 'next-device' | 'wait';

export class ScanQueue {
  private readonly watchers = new Map<string, (result: ScanResult) => void>();
  private state: QueueState = { pending: 0, sending: false, lastSentAt: null, retryAt: null, problem: null };
  private running: Promise<void> | null = null;
  private again = false;
  private limit = BATCH_LIMIT;
  private failures = 0;
  private counting = 0;
  private notBefore = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private current: string | null = null;

  constructor(
    private readonly store: ScanStore,
    private readonly sender: ScanSender,
    private readonly clock: ServerClock,
    private readonly flight: SingleFlight,
    private readonly events: QueueEvents = {},
  ) {}

  /** ms that the server's clock is ahead of the phone's, as far as is known. */
  get offset(): number {
    return this.clock.offset() ?? 0;
  }

  /** The device that scans now: its rows go before those that an earlier one left. */
  serve(device: string | null): void {
    this.current = device;
  }

  /** Writes the scans; once this resolves they are safe. Sending starts by itself. */
  async record(
    device: string,
    subjects: readonly ScanSubject[],
    checkpoint: string | null,
    context: ScanContext = {},
    at: Date = new Date(),
  ): Promise<QueueRow[]> {
    const offset = this.clock.offset();
    const scanned_at = at.toISOString();
    const scans = subjects.map((subject): NewScan => {
      const about = 'undoes' in subject || checkpoint === null ? {} : { checkpoint };
      const clock = offset === null ? {} : { offset_ms: offset };
      return { id: uuid7(), ...subject, ...about, scanned_at, ...clock, ...context };
    });
    const rows = await this.store.add(device, scans);
    this.counting += 1; // a count that is under way may not know of these rows
    this.tell({ pending: this.state.pending + rows.length });
    void this.refresh().catch(() => undefined); // the rows are stored: a count may fail
    this.events.touched?.();
    return rows;
  }

  /** Resolves with the server's answer for a scan, whenever it comes; `release` ends the wait. */
  watch(id: string): Promise<ScanResult> {
    return new Promise((resolve) => this.watchers.set(id, resolve));
  }

  /** Nobody looks at this scan any more: a refusal that comes later is listed instead. */
  release(id: string): void {
    this.watchers.delete(id);
  }

  /** Counts again, after another tab or at the start. */
  async refresh(): Promise<void> {
    await this.recount({});
  }

  /** Drops answered rows that are older than a day. */
  async prune(): Promise<void> {
    await this.store.pruneDone(Date.now() - KEEP_MS);
  }

  /** Refusals that nobody has seen yet. */
  async late(): Promise<QueueRow[]> {
    const rows = await this.store.done();
    return rows.filter((row) => row.unseen === true);
  }

  /** The volunteer has read them. */
  async lateSeen(): Promise<void> {
    const rows = await this.late();
    await this.store.put(rows.map((row) => ({ ...row, unseen: false })));
  }

  /** What is known of the server's history: a new number after a restore sends the last day again. */
  async sawEpoch(epoch: number): Promise<void> {
    const known = await this.store.setting<number>(EPOCH);
    if (known === epoch) return;
    if (known !== undefined) {
      await this.prune();
      const rows = await this.store.done();
      await this.store.put(rows.map((row) => ({ ...row, state: 'pending' })));
    }
    await this.store.saveSetting(EPOCH, epoch);
    await this.refresh();
  }

  /**
   * Sends what waits; resolves when everything was sent or has to wait longer.
   * `byHand` also tries before the time the server asked for, and with refused tokens.
   */
  sync(byHand = false): Promise<void> {
    if (byHand) this.notBefore = 0;
    if (this.running === null) this.running = this.run(byHand);
    else this.again = true;
    return this.running;
  }

  private async run(byHand: boolean): Promise<void> {
    try {
      do {
        this.again = false;
        await this.flight(() => this.drain(byHand));
      } while (this.again);
    } catch {
      // The phone's own store failed: the rows are where they were.
      this.wait('server', null);
    } finally {
      this.running = null;
    }
  }

  private async drain(byHand: boolean): Promise<void> {
    await this.settleElsewhere();
    if (Date.now() < this.notBefore) {
      this.schedule(this.notBefore - Date.now());
      return;
    }
    const devices = await this.store.devices();
    devices.sort((a, b) => Number(b.id === this.current) - Number(a.id === this.current));
    let waits = false;
    for (const device of devices) {
      if (device.denied && !byHand) continue;
      let step: Step = 'on';
      while (step === 'on') step = await this.sendOne(device);
      if (step === 'wait') {
        waits = true;
        break;
      }
    }
    if (!waits) this.failures = 0;
    await this.recount({ sending: false });
  }

  private async sendOne(device: DeviceRecord): Promise<Step> {
    const rows = await this.next(device.id);
    if (rows.length === 0) return 'next-device';
    this.tell({ sending: true });
    const sent = Date.now();
    // Counting costs the server more than storing: only when somebody is looking.
    const countsAt = rows.some((row) => this.watchers.has(row.id)) ? device.checkpoint : null;
    try {
      const answer = await this.sender.postScans(device.token, rows.map((row) => row.item), countsAt);
      this.clock.sample(sent, answer.server_time);
      return await this.take(rows, answer);
    } catch (error) {
      return this.failed(error, device, rows);
    }
  }

  /** Those that somebody waits for, alone and at once; else the oldest. */
  private async next(device: string): Promise<QueueRow[]> {
    const watched: QueueRow[] = [];
    for (const id of this.watchers.keys()) {
      const row = await this.store.get(id);
      if (row?.state === 'pending' && row.device === device) watched.push(row);
    }
    return watched.length > 0 ? watched.slice(0, this.limit) : this.store.pending(device, this.limit);
  }

  private async take(rows: QueueRow[], answer: ScansAnswer): Promise<Step> {
    const settled = settle(rows, answer.results, new Set(this.watchers.keys()), Date.now());
    if (settled.length === 0) return this.wait('server', null);
    await this.store.put(settled.map(({ row }) => row));
    this.limit = larger(this.limit);
    this.events.answered?.(settled.map(({ row }) => row));
    this.deliver(settled);
    if (answer.counts) this.events.counts?.(answer.counts);
    await this.sawEpoch(answer.epoch);
    await this.recount({ lastSentAt: Date.now(), retryAt: null, problem: null });
    this.events.touched?.();
    return 'on';
  }

  private async failed(error: unknown, device: DeviceRecord, rows: QueueRow[]): Promise<Step> {
    if (error instanceof NetworkError) return this.wait('network', null);
    if (!(error instanceof ApiError)) throw error;
    if (error.denied) {
      await this.store.saveDevice({ ...device, denied: true });
      this.tell({ problem: 'denied' });
      this.events.denied?.({ ...device, denied: true });
      return 'next-device';
    }
    // Damaged on its way: the same rows again, later. None of them is at fault.
    const itsFault = [400, 413, 422].includes(error.status) && error.code !== 'batch_damaged';
    if (!itsFault) return this.wait('server', error.retryAfterMs);
    if (rows.length > 1) {
      this.limit = smaller(rows.length);
      return 'on';
    }
    // One item that the server refuses as a whole: set aside, kept, never in the way of others.
    const word = error.code ?? 'rejected';
    const settled = settle(rows, [{ index: 0, code: word }], new Set(this.watchers.keys()), Date.now());
    await this.store.put(settled.map(({ row }) => row));
    this.limit = larger(this.limit);
    this.deliver(settled);
    return 'on';
  }

  private deliver(settled: readonly Settled[]): void {
    for (const { row, result } of settled) {
      this.watchers.get(row.id)?.(result);
      this.watchers.delete(row.id);
    }
    if (settled.some(({ row }) => row.unseen === true)) this.events.late?.();
  }

  /** Another tab may have sent what this one waits for. */
  private async settleElsewhere(): Promise<void> {
    for (const [id, resolve] of [...this.watchers]) {
      const row = await this.store.get(id);
      if (row === undefined || row.state === 'pending') continue;
      this.watchers.delete(id);
      resolve({ id, verdict: row.verdict ?? 'rejected' });
    }
  }

  private wait(problem: 'network' | 'server', retryAfterMs: number | null): Step {
    this.failures += 1;
    const delay = retryDelay(this.failures, retryAfterMs);
    if (retryAfterMs !== null) this.notBefore = Date.now() + retryAfterMs;
    this.tell({ problem });
    this.schedule(delay);
    return 'wait';
  }

  private schedule(delay: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.sync();
    }, delay);
    this.tell({ retryAt: Date.now() + delay });
  }

  /** Tells a change with the number of unsent rows, unless a later count knows better. */
  private async recount(change: Partial<QueueState>): Promise<void> {
    this.counting += 1;
    const mine = this.counting;
    const pending = await this.store.countPending();
    this.tell(mine === this.counting ? { ...change, pending } : change);
  }

  private tell(change: Partial<QueueState>): void {
    this.state = { ...this.state, ...change };
    this.events.state?.(this.state);
  }
}

/** Web Locks where they are; without them (an http address) within this page only. */
export function singleFlight(name: string): SingleFlight {
  const locks: LockManager | undefined = navigator.locks;
  if (locks === undefined) return (run) => run();
  return async (run) => {
    await locks.request(name, run);
  };
}
