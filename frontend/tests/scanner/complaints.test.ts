/**
 * What users of other systems complain about, “offline and sync” and
 * “duplicates, mistakes, feedback to the volunteer”: one test each, named after
 * it. Those that need the server stand in tests/unit/checkins/test_complaints.py,
 * those that need a browser in tests/browser/test_offline.py.
 */

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NetworkError, type ScanSender } from '../../src/scanner/api';
import { ServerClock } from '../../src/scanner/clock';
import { classify } from '../../src/scanner/codes';
import { GunBuffer } from '../../src/scanner/gun';
import { Before } from '../../src/scanner/offline/before';
import { openBundle, type Bundle } from '../../src/scanner/offline/bundle';
import { judge, type Judged, type Named } from '../../src/scanner/offline/judge';
import { PhoneList } from '../../src/scanner/offline/list';
import { ownScreen } from '../../src/scanner/offline/screens';
import { ScanQueue, type QueueState } from '../../src/scanner/queue';
import reading from '../../src/scanner/reading.json';
import { MemoryStore } from '../../src/scanner/store';
import type { DeviceRecord, ScanItem, ScansAnswer } from '../../src/scanner/types';
import { canBeUndone, screenOf } from '../../src/scanner/verdicts';
import { listWarning } from '../../src/scanner/views/list';
import { stateSentence } from '../../src/scanner/views/state';
import vectorFile from '../../../tests/data/checkin_vector.json';

const FILE = Uint8Array.from(atob(vectorFile.bundle), (sign) => sign.charCodeAt(0));
const OPENS = Date.parse(vectorFile.opens_at);
const TEXTS = vectorFile.texts as unknown as Record<string, Record<string, Named>>;
const NOW = new Date(OPENS + 30 * 60_000);

const DEVICE: DeviceRecord = {
  id: 'd',
  token: 't',
  checkpoint: 'S',
  denied: false,
  info: {
    device: { id: 'd', name: '张敏', kind: 'phone' },
    activity: { id: '00000000-0000-0000-0000-000000000005', code: 'XZ', name: '徐庄站' },
    checkpoints: [],
    checkpoint: 'S',
    epoch: 1,
    server_time: '',
  },
};

class Server implements ScanSender {
  readonly got: ScanItem[][] = [];
  trouble: Error | null = null;

  async postScans(_token: string, items: readonly ScanItem[]): Promise<ScansAnswer> {
    this.got.push([...items]);
    if (this.trouble !== null) throw this.trouble;
    const results = items.map(({ id }) => ({ id, verdict: 'accepted' }));
    return { results, server_time: new Date().toISOString(), epoch: 1 };
  }
}

let bundle: Bundle;
let before: Before;
let store: MemoryStore;
let server: Server;
let queue: ScanQueue;
let state: QueueState | null;

function pick(registration: string, code: string): Named {
  return TEXTS[registration]?.[code] as Named;
}

function at(named: Named, checkpoint = 'S', when: number = NOW.getTime()): Promise<Judged> {
  return judge(named, checkpoint, when, bundle, before);
}

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW });
  bundle = await openBundle(FILE, null);
  before = new Before();
  before.use(bundle);
  store = new MemoryStore();
  await store.saveDevice(DEVICE);
  server = new Server();
  state = null;
  queue = new ScanQueue(store, server, new ServerClock(), (run) => run(), {
    state: (now) => {
      state = now;
    },
  });
  return () => vi.useRealTimers();
});

describe('offline and sync', () => {
  it('pretixscan-android#49, pretixscan-desktop#65: everything invalid offline', async () => {
    expect((await at(pick('confirmed', 'pass'))).verdict).toBe('accepted');
    expect((await at(pick('confirmed', 'short'))).verdict).toBe('accepted');
  });

  it('pretixscan-android#139: nobody knew that offline has to be switched on', async () => {
    server.trouble = new NetworkError('Unable to resolve host');
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    await queue.sync();
    expect(stateSentence(state as QueueState, false, NOW)).toBe('现在没有网络，有网时自动上传。请别关本页。');
    expect(listWarning(false, null, false, null)).toBe('还没有名单，没网时只能先记下');
  });

  it('pretixscan-android PR 28: a 503 shown raw, and hard to get back online', async () => {
    server.trouble = new ApiError(503, null, '<html>Service Unavailable', 5000);
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    await queue.sync();
    expect(stateSentence(state as QueueState, true, NOW)).not.toMatch(/503|html/);
    server.trouble = null;
    await vi.advanceTimersByTimeAsync(5100);
    expect(await store.countPending()).toBe(0);
  });

  it('pretixscan-android PR 71: fallback for each scan', async () => {
    expect(await at(pick('none', 'pass'))).toMatchObject({ verdict: 'not_on_list', sure: false });
    expect(await at(pick('confirmed', 'pass'))).toMatchObject({ sure: true });
  });

  it('pretixscan-ios#34: lists applied wrongly offline with signed tickets', async () => {
    expect((await at(pick('waitlisted', 'pass'))).verdict).toBe('waitlisted');
    expect((await at(pick('confirmed', 'pass'), 'S', OPENS - 121 * 60_000)).verdict).toBe('outside_hours');
  });

  it('pretixscan-ios#26: nothing is downloaded when the upload fails', async () => {
    server.trouble = new NetworkError('cut');
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    await queue.sync();
    const list = new PhoneList(store, { bundle: async () => ({ file: FILE, etag: '"1"' }) });
    await list.tryRefresh(DEVICE);
    expect([list.bundle?.number, await store.countPending()]).toEqual([bundle.number, 1]);
  });

  it('pretixscan-ios#6: two syncs run at once', async () => {
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    await Promise.all([queue.sync(), queue.sync(), queue.sync()]);
    expect(server.got.flat()).toHaveLength(1);
  });

  it('pretixscan-proxy README: one request a scan, and 400 or 404 drops it', async () => {
    await queue.record('d', Array.from({ length: 150 }, () => pick('confirmed', 'pass')), 'S');
    server.trouble = new ApiError(404, 'not_found', null, null);
    await queue.sync();
    expect(await store.countPending()).toBe(150);
    server.trouble = null;
    await queue.sync(true);
    expect(server.got[server.got.length - 1]).toHaveLength(150);
  });

  it('pretixscan-proxy README: personal data on lost phones', () => {
    const text = new TextDecoder('latin1').decode(FILE);
    for (const { pass } of Object.values(TEXTS)) expect(text).not.toContain((pass as { pass: string }).pass);
    expect(text).not.toMatch(/name.{0,4}王|13\d{9}/);
  });

  it('eventyay-checkin#103, Alf.ioBackoffice#9, #7: cannot scan offline at all', async () => {
    const cold = new PhoneList(store, { bundle: async () => ({ file: FILE, etag: null }) });
    await cold.refresh(DEVICE);
    const later = new PhoneList(store, { bundle: () => Promise.reject(new NetworkError('none')) });
    await later.load(DEVICE);
    expect((await later.judge(pick('confirmed', 'pass'), 'S', NOW.getTime()))?.verdict).toBe('accepted');
  });

  it('shelf.nu PR 2580: the queue dropped scans after three retries', async () => {
    server.trouble = new ApiError(500, null, null, null);
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    for (let round = 0; round < 50; round += 1) await vi.advanceTimersByTimeAsync(61_000).then(() => queue.sync());
    expect(server.got.length).toBeGreaterThan(20);
    expect(await store.countPending()).toBe(1);
  });

  it('Uni-Event PR 248: the time of the upload overwrote that of the scan', async () => {
    server.trouble = new NetworkError('off');
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    server.trouble = null;
    await queue.sync(true);
    expect(server.got[server.got.length - 1]?.[0]?.scanned_at).toBe(NOW.toISOString());
  });

  it('Eventra#11074: a key without the ticket swallowed all later people', async () => {
    const rows = await queue.record('d', [pick('confirmed', 'pass'), pick('waitlisted', 'pass')], 'S');
    expect(new Set(rows.map((row) => row.id)).size).toBe(2);
    for (const row of rows) before.note({ ...row, item: { ...row.item, shown: 'accepted' } });
    expect((await at(pick('none', 'pass'))).verdict).toBe('not_on_list');
  });

  it('Eventra#11073: unsigned codes were accepted offline', async () => {
    expect((await at(pick('confirmed', 'forged_pass'))).verdict).toBe('forged');
    expect((await at(pick('confirmed', 'strange_key'))).verdict).toBe('forged');
    expect((await at(pick('none', 'wrong_short'))).verdict).toBe('unknown');
  });
});

describe('duplicates, mistakes, feedback to the volunteer', () => {
  it('pretix#797, ubersystem#3102, alf.io#195: no undo after a wrong scan', async () => {
    const [row] = await queue.record('d', [pick('confirmed', 'pass')], 'S', { shown: 'accepted' });
    if (row === undefined) throw new Error('not written');
    before.note(row);
    expect((await at(pick('confirmed', 'pass'))).verdict).toBe('repeat');
    const [undo] = await queue.record('d', [{ undoes: row.id }], 'S');
    if (undo !== undefined) before.note(undo);
    expect((await at(pick('confirmed', 'pass'))).verdict).toBe('accepted');
    expect(canBeUndone('accepted')).toBe(true);
  });

  it('Alf.ioBackoffice#17: the second scan gives no feedback', async () => {
    const [row] = await queue.record('d', [pick('confirmed', 'pass')], 'S', { shown: 'accepted' });
    if (row !== undefined) before.note(row);
    const screen = ownScreen(await at(pick('confirmed', 'pass')), 'start', 0, null, NOW);
    expect(screen).toMatchObject({ word: ['已签过'], tone: 'repeat' });
    expect(screen.lines[0]).toContain('已签，不用再签');
  });

  it('Alf.ioBackoffice#16, Hi.Events#217: one invalid scan blocks the following ones', async () => {
    const rows = await queue.record('d', [pick('confirmed', 'forged_pass'), pick('confirmed', 'pass')], 'S');
    const post = server.postScans.bind(server);
    vi.spyOn(server, 'postScans').mockImplementation(async (token, items) => {
      if (items.some((item) => item.id === rows[0]?.id)) throw new ApiError(422, 'bad', null, null);
      return post(token, items);
    });
    await queue.sync();
    expect((await store.done()).map((row) => row.id)).toEqual([rows[1]?.id]);
    expect((await store.rejected()).map((row) => row.id)).toEqual([rows[0]?.id]);
  });

  it('pgeu-system#10: an error for a success when the button is pressed again', async () => {
    const [row] = await queue.record('d', [pick('confirmed', 'pass')], 'S');
    server.trouble = new NetworkError('the answer was lost');
    await queue.sync();
    server.trouble = null;
    await queue.sync(true);
    expect(server.got.map(([item]) => item?.id)).toEqual([row?.id, row?.id]);
    expect((await store.get(row?.id ?? ''))?.verdict).toBe('accepted');
  });

  it('pretixscan-android#110: camera noise is read as some bar code', () => {
    expect(reading.formats).toEqual(['QRCode']);
    expect(classify('4006381333931').kind).toBe('foreign');
  });

  it('Attendize#1027: sun and roles: bright for go on, dark for stop, nothing but scanning', () => {
    expect(screenOf('accepted', null, null, NOW).tone).toBe('accepted');
    expect(screenOf('cancelled', null, null, NOW).tone).toBe('refused');
  });

  it('alf.io#1304: on to the next one by itself', () => {
    expect(screenOf('accepted', null, null, NOW).leavesAfter).toBe(1000);
    expect(screenOf('forged', null, null, NOW).leavesAfter).toBeNull();
  });

  it('Hi.Events#728: scan guns and their Enter', () => {
    const gun = new GunBuffer();
    for (const sign of 'A  B$') gun.push(sign, 0);
    expect(gun.end(1)).toBe('A  B$');
  });

  it('pretix#928: a code that was posted is replaced, and the old one says so', async () => {
    expect((await at(pick('confirmed', 'old_pass'))).verdict).toBe('revoked');
    expect((await at(pick('confirmed', 'old_short'))).verdict).toBe('revoked');
    expect((await at(pick('confirmed', 'pass'))).verdict).toBe('accepted');
  });

  it('a batch that was damaged on its way is sent again, and nothing of it is set aside', async () => {
    await queue.record('d', [pick('confirmed', 'pass')], 'S');
    server.trouble = new ApiError(422, 'batch_damaged', null, null);
    await queue.sync();
    expect([await store.countPending(), (await store.rejected()).length]).toEqual([1, 0]);
  });
});
