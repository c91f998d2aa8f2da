/** The file of what the phone still holds, for the office to read in. */

import { sha256 } from '@noble/hashes/sha2.js';
import { hex } from './offline/pass';
import type { DeviceRecord, QueueRow } from './types';

/** Format of the file; the office's import asks for it. */
export const EXPORT_FORMAT = 'xiangyue-scans-1';

export interface ExportFile {
  name: string;
  body: string;
}

/**
 * The scans that the server has not answered, and those that it did not take,
 * as they would be posted. No token and no name of a citizen is in it.
 */
export function exportFile(
  pending: readonly QueueRow[],
  rejected: readonly QueueRow[],
  devices: readonly DeviceRecord[],
  now: Date,
): ExportFile {
  const about = devices.map(({ id, info }) => ({
    id,
    name: info.device.name,
    activity: { id: info.activity.id, code: info.activity.code, name: info.activity.name },
  }));
  const stamp = now.toISOString();
  const scans = pending.map((row) => ({ device: row.device, ...row.item }));
  const body = {
    format: EXPORT_FORMAT,
    exported_at: stamp,
    devices: about,
    // A file that lost something on a memory stick is refused whole, and can be exported again.
    sha256: hex(sha256(new TextEncoder().encode(JSON.stringify(scans)))),
    scans,
    rejected: rejected.map((row) => ({ device: row.device, reason: row.verdict ?? null, ...row.item })),
  };
  const code = devices[0]?.info.activity.code ?? 'scans';
  return {
    name: `xiangyue-${code}-${stamp.slice(0, 19).replace(/[-:]/g, '')}.json`,
    body: JSON.stringify(body, null, 1),
  };
}

/** Hands the file to the browser. */
export function download(file: ExportFile): void {
  const url = URL.createObjectURL(new Blob([file.body], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
