import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, NetworkError, type ScanSender } from '../../src/scanner/api';
import { ServerClock } from '../../src/scanner/clock';
import { ScanQueue, type QueueState } from '../../src/scanner/queue';
import { MemoryStore } from '../../src/scanner/store';
import type { DeviceInfo, DeviceRecord, ScanItem, ScansAnswer, ScanResult } from '../../src/scanner/types';

const INFO: DeviceInfo = {
  device: { id: 'd1', name: '徐庄 3 号机', kind: 'phone' },
  activity: { id: 'a1', code: 'XZ', name: '徐庄站' },
  checkpoints: [{ code: 'CP1', name: '一签', kind: 'waypoint', opens_at: null, closes_at: null }],
  checkpoint: 'CP1',
  epoch: 1,
  server_time: '2021-09-18T00:00:00Z',
};

function device(id: string, token = `token-${id}`): DeviceRecord {
  return { id, token, info: INFO, checkpoint: 'CP1', denied: false };
}

/** A server that can be told what to do with each request. */
class Server implements ScanSender {
  readonly seen = new Map<string, ScanItem>();
  readonly batches: string[][] = [];
  readonly countsAt: (string | null)[] = [];
  epoch = 1;
  /** Called before anything is stored; may throw. */
  before: (items: readonly ScanItem[], token: string) => void = () => undefined;
  /** Called after everything is stored; may throw, as when an answer is lost. */
  after: () => void = () => undefined;
  answer: (item: ScanItem) => ScanResult | null = (item) => ({ id: item.id, verdict: 'accepted' });

  async postScans(token: string, items: readonly ScanItem[], countsAt: string | null): Promise<ScansAnswer> {
    this.batches.push(items.map((item) => item.id));
    this.countsAt.push(countsAt);
    this.before(items, token);
    for (const item of items) this.seen.set(item.id, item);
    this.after();
    const results = items.map((item) => this.answer(item)).filter((result) => result !== null);
    return { results, server_time: new Date().toISOString(), epoch: this.epoch };
  }
}

let store: MemoryStore;
let server: Server;
let states: QueueState[];
let late: number;
let queue: ScanQueue;

function lastState(): QueueState | undefined {
  return states[states.length - 1];
}

function makeQueue(): ScanQueue {
  return new ScanQueue(store, server, new ServerClock(), (run) => run(), {
    state: (state) => states.push(state),
    late: () => {
      late += 1;
    },
  });
}

async function scan(count = 1, from = 'd1'): Promise<string[]> {
  const subjects = Array.from({ length: count }, (_, place) => ({ code: `code${place}` }));
  return (await queue.record(from, subjects, 'CP1')).map((row) => row.id);
}

beforeEach(async () => {
  vi.useFakeTimers({ now: new Date('2021-09-18T00:30:00Z') });
  vi.spyOn(Math, 'random').mockReturnValue(1);
  store = new MemoryStore();
  server = new Server();
  states = [];
  late = 0;
  await store.saveDevice(device('d1'));
  queue = makeQueue();
  queue.serve('d1');
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('never says that all is sent while a scan lies there, though a count from before comes late', async () => {
  const counts: ((pending: number) => void)[] = [];
  vi.spyOn(store, 'countPending').mockImplementationOnce(() => new Promise((done) => counts.push(done)));
  const early = queue.refresh();
  await scan();
  counts[0]?.(0);
  await early;
  await vi.advanceTimersByTimeAsync(0);
  expect(states.filter((state) => state.pending === 0)).toEqual([]);
  expect(lastState()?.pending).toBe(1);
});

describe('writing down', () => {
  it('stores before anything is sent, with rising numbers', async () => {
    server.before = () => {
      throw new NetworkError('off');
    };
    await scan(2);
    expect(server.batches).toEqual([]);
    expect((await store.allPending()).map((row) => row.item.seq)).toEqual([1, 2]);
    expect(lastState()?.pending).toBe(2);
  });

  it('sends an undo without a checkpoint, and the offset only when it is known', async () => {
    const [row] = await queue.record('d1', [{ undoes: 'x' }], 'CP1');
    expect(row?.item).not.toHaveProperty('checkpoint');
    expect(row?.item).not.toHaveProperty('offset_ms');
    await queue.sync();
    const [next] = await queue.record('d1', [{ code: 'c' }], 'CP1');
    expect(next?.item).toMatchObject({ checkpoint: 'CP1', offset_ms: 0 });
  });
});

describe('sending', () => {
  it('lets a row go only after the answer for its own id', async () => {
    const [first, second] = await scan(2);
    server.answer = (item) => (item.id === first ? { id: item.id, verdict: 'accepted' } : null);
    await queue.sync();
    expect((await store.allPending()).map((row) => row.id)).toEqual([second]);
    expect(lastState()?.problem).toBe('server');
    server.answer = (item) => ({ id: item.id, verdict: 'accepted' });
    await vi.advanceTimersByTimeAsync(2000);
    expect(await store.countPending()).toBe(0);
  });

  it('sends batches of at most 200, oldest first', async () => {
    const ids = await scan(450);
    await queue.sync();
    expect(server.batches.map((batch) => batch.length)).toEqual([200, 200, 50]);
    expect(server.batches.flat()).toEqual(ids);
    expect(server.countsAt).toEqual([null, null, null]);
  });

  it('sends what somebody looks at before the backlog, and asks for the count with it', async () => {
    await scan(300);
    const [now] = await scan(1);
    const answer = queue.watch(now as string);
    await queue.sync();
    expect(server.batches[0]).toEqual([now]);
    expect(server.countsAt[0]).toBe('CP1');
    expect((await answer).verdict).toBe('accepted');
  });

  it('runs one upload at a time', async () => {
    let open = 0;
    let most = 0;
    const slow = server.postScans.bind(server);
    server.postScans = async (...args) => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 50));
      open -= 1;
      return slow(...args);
    };
    await scan(3);
    const all = Promise.all([queue.sync(), queue.sync(), queue.sync()]);
    await vi.advanceTimersByTimeAsync(500);
    await all;
    expect(most).toBe(1);
    expect(await store.countPending()).toBe(0);
  });

  it('sends the same ids again when the answer was lost after the commit', async () => {
    const ids = await scan(2);
    server.after = () => {
      throw new NetworkError('cut');
    };
    await queue.sync();
    expect(await store.countPending()).toBe(2);
    server.after = () => undefined;
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.batches).toEqual([ids, ids]);
    expect(server.seen.size).toBe(2);
    expect(await store.countPending()).toBe(0);
  });
});

describe('trying again', () => {
  it('waits longer each time', async () => {
    await scan();
    server.before = () => {
      throw new NetworkError('off');
    };
    await queue.sync();
    const at: number[] = [];
    const start = Date.now();
    const counted = server.postScans.bind(server);
    server.postScans = (...args) => {
      at.push(Date.now() - start);
      return counted(...args);
    };
    await vi.advanceTimersByTimeAsync(16_000);
    expect(at).toEqual([1000, 3000, 7000, 15_000]);
    expect(lastState()?.problem).toBe('network');
  });

  it.each([429, 500, 503, 404, 409])('keeps the rows on %i', async (status) => {
    await scan();
    server.before = () => {
      throw new ApiError(status, null, null, null);
    };
    await queue.sync();
    expect(await store.countPending()).toBe(1);
    server.before = () => undefined;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await store.countPending()).toBe(0);
  });

  it('honours Retry-After, but not against a hand that presses', async () => {
    await scan();
    server.before = () => {
      throw new ApiError(503, 'busy', null, 30_000);
    };
    await queue.sync();
    server.before = () => undefined;
    await queue.sync();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(server.batches).toHaveLength(1);
    await queue.sync(true);
    expect(await store.countPending()).toBe(0);
  });
});

describe('one bad scan', () => {
  it('is found in a batch that is refused as a whole, set aside and kept', async () => {
    const ids = await scan(50);
    const poison = ids[17];
    server.before = (items) => {
      if (items.some((item) => item.id === poison)) throw new ApiError(422, 'unreadable', null, null);
    };
    await queue.sync();
    expect(server.seen.size).toBe(49);
    expect(await store.countPending()).toBe(0);
    expect((await store.rejected()).map((row) => [row.id, row.verdict])).toEqual([[poison, 'unreadable']]);
  });

  it('is set aside when only it is answered as no scan, by its place', async () => {
    const ids = await scan(3);
    server.answer = (item) =>
      item.id === ids[1] ? ({ id: null, index: 1, verdict: 'invalid' } as unknown as ScanResult) : { id: item.id, verdict: 'accepted' };
    await queue.sync();
    expect((await store.rejected()).map((row) => row.id)).toEqual([ids[1]]);
    expect(await store.countPending()).toBe(0);
    await queue.sync();
    expect(server.batches).toHaveLength(1);
  });
});

describe('a device that is no longer one', () => {
  it('keeps everything and stops knocking, until asked by hand', async () => {
    await scan(2);
    server.before = () => {
      throw new ApiError(401, 'device_revoked', null, null);
    };
    await queue.sync();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(server.batches).toHaveLength(1);
    expect(await store.countPending()).toBe(2);
    expect(lastState()?.problem).toBe('denied');
    server.before = () => undefined;
    await queue.sync(true);
    expect(await store.countPending()).toBe(0);
  });

  it('does not hold up the device that followed it, nor lends it a token', async () => {
    await scan(2);
    await store.saveDevice(device('d2'));
    queue.serve('d2');
    const tokens: string[] = [];
    server.before = (_items, token) => {
      tokens.push(token);
      if (token === 'token-d1') throw new ApiError(403, 'device_revoked', null, null);
    };
    const [mine] = await scan(1, 'd2');
    await queue.sync();
    expect(tokens).toEqual(['token-d2', 'token-d1']);
    expect([...server.seen.keys()]).toEqual([mine]);
    expect(await store.countPending()).toBe(2);
  });
});

describe('answers that come late', () => {
  it('lists a refusal that nobody saw, and none that somebody did', async () => {
    server.answer = (item) => ({ id: item.id, verdict: 'not_registered' });
    const [seen] = await scan();
    const answer = queue.watch(seen as string);
    await queue.sync();
    await answer;
    expect(await queue.late()).toEqual([]);
    const [unseen] = await scan();
    queue.release(unseen as string);
    await queue.sync();
    expect((await queue.late()).map((row) => row.id)).toEqual([unseen]);
    expect(late).toBe(1);
    await queue.lateSeen();
    expect(await queue.late()).toEqual([]);
  });

  it('hears from the store what another tab has sent', async () => {
    const [id] = await scan();
    const answer = queue.watch(id as string);
    const row = await store.get(id as string);
    if (row === undefined) throw new Error('no row');
    await store.put([{ ...row, state: 'done', verdict: 'repeat' }]);
    await queue.sync();
    expect(await answer).toEqual({ id, verdict: 'repeat' });
    expect(server.batches).toEqual([]);
  });
});

describe('a server restored from a backup', () => {
  it('gets the last 24 hours again, and nothing older', async () => {
    const [old] = await scan();
    await queue.sync();
    await vi.advanceTimersByTimeAsync(25 * 60 * 60 * 1000);
    const [fresh] = await scan();
    await queue.sync();
    server.epoch = 2;
    const [last] = await scan();
    await queue.sync();
    expect(server.batches.flat().filter((id) => id === old)).toHaveLength(1);
    expect(server.batches.flat().filter((id) => id === fresh)).toHaveLength(2);
    expect(server.batches.flat().filter((id) => id === last)).toHaveLength(2);
    expect(await store.countPending()).toBe(0);
  });
});
