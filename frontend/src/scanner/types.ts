/** The shapes that the page and the server exchange, and those that the phone keeps. */

export type CheckpointKind = 'start' | 'waypoint' | 'finish' | 'pickup';

export interface Checkpoint {
  code: string;
  name: string;
  kind: CheckpointKind;
  opens_at: string | null;
  closes_at: string | null;
}

/** People checked in at this checkpoint, at the activity, and registered for it. */
export interface Counts {
  checkpoint: number;
  people: number;
  registered: number;
}

/** `GET /api/v1/device`; `checkpoint` is null where the volunteer may choose. */
export interface DeviceInfo {
  device: { id: string; name: string; kind: string };
  activity: { id: string; code: string; name: string };
  checkpoints: Checkpoint[];
  checkpoint: string | null;
  epoch: number;
  server_time: string;
  counts?: Counts;
}

/** `POST /api/v1/devices/join`. */
export interface JoinAnswer extends DeviceInfo {
  token: string;
}

/** What one scan names: exactly one of these, or `undoes` for the fact that takes one back. */
export type ScanSubject = { pass: string } | { code: string } | { registration: string } | { undoes: string };

/**
 * One item of `POST /api/v1/scans`. It never changes once it is written:
 * the same id with other content is a conflict on the server.
 */
export type ScanItem = ScanSubject & {
  id: string;
  checkpoint?: string;
  scanned_at: string;
  offset_ms?: number;
  seq: number;
  /** What the phone said by itself, and the number of the list it said it by. */
  shown?: string;
  bundle?: number;
  /** A team's code without its names: how many came. */
  headcount?: number;
};

export type RowState = 'pending' | 'done' | 'rejected';

/**
 * A scan as the phone keeps it, without any name. `verdict` comes with the
 * server's answer; `unseen` marks an answer that came after the volunteer had
 * already let go of the screen.
 */
export interface QueueRow {
  id: string;
  device: string;
  state: RowState;
  item: ScanItem;
  verdict?: string;
  unseen?: boolean;
  answered_at?: number;
}

export interface TeamMember {
  registration: string;
  name: string;
  bib: string | null;
  checked_in: boolean;
}

export interface Team {
  name: string;
  members: TeamMember[];
}

/** One item of the answer to `POST /api/v1/scans`. */
export interface ScanResult {
  id?: string;
  index?: number;
  verdict?: string;
  first_verdict?: string;
  code?: string;
  checkin?: boolean;
  name?: string | null;
  bib?: string | null;
  category?: string | null;
  first_at?: string | null;
  message?: string | null;
  team?: Team | null;
}

export interface ScansAnswer {
  results: ScanResult[];
  server_time: string;
  epoch: number;
  counts?: Counts;
}

export interface SearchHit {
  registration: string;
  name: string;
  bib: string | null;
  category: string | null;
  state: string;
  checked_in_at: string | null;
}

/** A device that this phone is, or was while rows of it still wait. */
export interface DeviceRecord {
  id: string;
  token: string;
  info: DeviceInfo;
  checkpoint: string | null;
  denied: boolean;
}
