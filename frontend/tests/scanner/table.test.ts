import { describe, expect, it } from 'vitest';
import { Before } from '../../src/scanner/offline/before';
import { openBundle } from '../../src/scanner/offline/bundle';
import { judge, type Named } from '../../src/scanner/offline/judge';
import type { QueueRow } from '../../src/scanner/types';
import tableFile from '../../../tests/data/checkin_table.json';
import vectorFile from '../../../tests/data/checkin_vector.json';

const AXES = ['registration', 'code', 'checkpoint', 'time', 'before'] as const;

type Case = Record<(typeof AXES)[number], string>;
type Row = Partial<Record<(typeof AXES)[number], string[]>> & { server: string; phone?: string | Record<string, string> };

interface Table {
  axes: Record<(typeof AXES)[number], string[]>;
  times: Record<string, number>;
  rows: Row[];
}

const table = tableFile as unknown as Table;
const vector = vectorFile as unknown as {
  bundle: string;
  opens_at: string;
  texts: Record<string, Record<string, Named>>;
};
const OPENS = Date.parse(vector.opens_at);
const file = Uint8Array.from(atob(vector.bundle), (sign) => sign.charCodeAt(0));

function* cases(): Generator<[Case, string]> {
  const combine = (axes: readonly (typeof AXES)[number][]): Partial<Case>[] => {
    const [axis, ...rest] = axes;
    if (axis === undefined) return [{}];
    return table.axes[axis].flatMap((value) => combine(rest).map((others) => ({ [axis]: value, ...others })));
  };
  for (const one of combine(AXES) as Case[]) {
    const row = table.rows.find((each) => AXES.every((axis) => each[axis]?.includes(one[axis]) ?? true));
    if (row === undefined) throw new Error(`no row for ${JSON.stringify(one)}`);
    const phone = row.phone ?? row.server;
    yield [one, typeof phone === 'string' ? phone : (phone[one.code] ?? '')];
  }
}

function at(minutes: number): string {
  return new Date(OPENS + minutes * 60_000).toISOString();
}

/** The phone's rows of what was read before; tests/unit/checkins/test_table.py makes the same facts. */
function earlier(one: Case, shown: string): QueueRow[] {
  const texts = vector.texts[one.registration] as Record<string, Named>;
  const read = (id: string, minutes: number, checkpoint: string): QueueRow => ({
    id,
    device: 'd',
    state: 'pending',
    item: { id, ...(texts.pass as Named), checkpoint, scanned_at: at(minutes), seq: 1, shown },
  });
  const undo = (id: string, undoes: string): QueueRow => ({
    id,
    device: 'd',
    state: 'pending',
    item: { id, undoes, scanned_at: at(11), seq: 2 },
  });
  const here = read('1', 10, one.checkpoint);
  switch (one.before) {
    case 'here':
      return [here];
    case 'here_early':
      return [read('1', -121, one.checkpoint)];
    case 'elsewhere':
      return [read('1', 10, one.checkpoint === 'S' ? 'P' : 'S')];
    case 'taken_back':
      return [here, undo('2', '1')];
    case 'taken_back_and_again':
      return [here, undo('2', '1'), undo('3', '2')];
    default:
      return [];
  }
}

const SHOWN: Record<string, string> = { confirmed: 'accepted', none: 'not_on_list', waitlisted: 'waitlisted' };

describe('the decision table of a check-in', () => {
  it('is what the phone says by itself, in every combination', async () => {
    const bundle = await openBundle(file, null);
    const wrong: string[] = [];
    let count = 0;
    for (const [one, expected] of cases()) {
      const before = new Before();
      before.use(bundle);
      const shown = one.before === 'here_early' && one.registration === 'confirmed' ? 'outside_hours' : SHOWN[one.registration];
      for (const row of earlier(one, shown ?? 'not_registered')) before.note(row);
      const named = vector.texts[one.registration]?.[one.code] as Named;
      const now = OPENS + (table.times[one.time] as number) * 60_000;
      const { verdict } = await judge(named, one.checkpoint, now, bundle, before);
      if (verdict !== expected) wrong.push(`${JSON.stringify(one)}: ${verdict}, not ${expected}`);
      count += 1;
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(6 * 8 * 2 * 5 * 6);
  });
});
