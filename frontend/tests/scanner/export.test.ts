import { describe, expect, it } from 'vitest';
import { EXPORT_FORMAT, exportFile } from '../../src/scanner/export';
import type { DeviceRecord, QueueRow, ScanItem } from '../../src/scanner/types';

/** The office's test reads this very file: `npx vitest -u` writes it anew. */
const SAMPLE = '../../../tests/data/queue_file.json';

/** By the browser's own SHA-256, not by the one that the file was made with. */
async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const DEVICE = '0197f7b0-0000-7000-8000-00000000000d';
const record: DeviceRecord = {
  id: DEVICE,
  token: 'secret-token',
  info: {
    device: { id: DEVICE, name: '3 号机', kind: 'phone' },
    activity: { id: '0197f7b0-0000-7000-8000-00000000000a', code: 'XZ', name: '徐庄站' },
    checkpoints: [],
    checkpoint: null,
    epoch: 1,
    server_time: '2030-06-01T00:00:00Z',
  },
  checkpoint: null,
  denied: true,
};

function row(seq: number, subject: object, more: Partial<QueueRow> = {}): QueueRow {
  const id = `0197f7b0-0000-7000-8000-00000000000${seq}`;
  const item = { id, ...subject, checkpoint: 'S', scanned_at: '2030-06-01T00:00:00.250Z', seq, offset_ms: -250 };
  return { id, device: DEVICE, state: 'pending', item: item as ScanItem, ...more };
}

const pending = [
  row(1, { pass: 'A4  C DQCBUAI1NMD"\\/H' }),
  row(2, { code: '7K2M9QXA', shown: 'accepted', bundle: 3 }),
  row(3, { undoes: '0197f7b0-0000-7000-8000-000000000001' }),
];
const rejected = [row(4, { pass: 'B' }, { state: 'rejected', verdict: 'invalid' })];
const file = exportFile(pending, rejected, [record], new Date('2030-06-01T02:03:04Z'));

describe('the file', () => {
  const body = JSON.parse(file.body) as Record<string, unknown>;

  it('holds the scans as they would be posted, and no token', () => {
    expect(file.name).toBe('xiangyue-XZ-20300601T020304.json');
    expect(file.body).not.toContain('secret-token');
    expect(body.format).toBe(EXPORT_FORMAT);
    expect(body.scans).toEqual(pending.map(({ item }) => ({ device: DEVICE, ...item })));
    expect(body.rejected).toEqual([{ device: DEVICE, reason: 'invalid', ...rejected[0]?.item }]);
  });

  it('says what its scans add up to, so that a damaged one is noticed', async () => {
    expect(body.sha256).toBe(await digest(JSON.stringify(body.scans)));
    const empty = JSON.parse(exportFile([], [], [record], new Date()).body) as Record<string, unknown>;
    expect(empty.sha256).toBe(await digest('[]'));
  });

  it("is the one that the office's test takes in", async () => {
    await expect(file.body).toMatchFileSnapshot(SAMPLE);
  });
});
