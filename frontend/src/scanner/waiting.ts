/** Waiting for the server's answers to a few scans, and letting go of them. */

import type { ScanQueue } from './queue';
import type { ScanResult } from './types';

export class Waiting {
  private watching: string[] = [];

  constructor(private readonly queue: ScanQueue) {}

  get any(): boolean {
    return this.watching.length > 0;
  }

  /** The server's answer whenever it comes, until `release`. */
  answer(id: string): Promise<ScanResult> {
    this.watching.push(id);
    return this.queue.watch(id);
  }

  /** The answers, null for those that have not come when patience or the attempt to send ends. */
  async answers(ids: readonly string[], patience: number): Promise<(ScanResult | null)[]> {
    const got = new Map<string, ScanResult>();
    const all = Promise.all(
      ids.map(async (id) => {
        got.set(id, await this.answer(id));
      }),
    );
    const attempt = this.queue.sync();
    await Promise.race([all, attempt, sleep(patience)]);
    // What the attempt brought is delivered before its own end; let it arrive.
    await Promise.race([all, sleep(0)]);
    return ids.map((id) => got.get(id) ?? null);
  }

  /** Nobody looks at those scans any more: a refusal that comes later is listed instead. */
  release(): void {
    for (const id of this.watching) this.queue.release(id);
    this.watching = [];
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
