/** What goes with one scan on its way through the page. */

import type { Judged } from './offline/judge';
import type { QueueRow } from './types';
import type { HeadsView } from './views/heads';
import type { Page } from './views/page';
import type { ReadyView } from './views/ready';
import type { TeamView } from './views/team';
import type { VerdictView } from './views/verdict';

/** What the last one was, to take it back and forth. */
export interface Last {
  turn: number;
  /** Those of it, and the repeats that would keep the check-in standing. */
  scans: string[];
  /** How many check-ins it made. */
  people: number;
  key: string | null;
  label: string;
  undoes: string[] | null;
}

export interface ScanningViews {
  page: Page;
  ready: ReadyView;
  verdict: VerdictView;
  team: TeamView;
  heads: HeadsView;
}

/** A scan on its way to the screen. */
export interface Scan {
  turn: number;
  row: QueueRow;
  key: string;
  own: Judged | null;
  /** The checkpoint's count before it. */
  before: number | null;
}
