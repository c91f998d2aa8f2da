/**
 * What this phone has read before, by checkpoint and person. Made from the rows
 * that it holds, which know nobody's name; a scan that was taken back is none.
 */

import { passIdOf, unhex } from './pass';
import type { Bundle, Listed } from './bundle';
import type { QueueRow } from '../types';

/** Verdicts that let somebody through: one of them is the person's check-in. */
const COUNTING: ReadonlySet<string> = new Set(['accepted', 'repeat', 'outside_hours']);

export interface Earlier {
  /** The first time, ms since 1970 by the server's clock. */
  at: number;
  inside: boolean;
}

interface Held {
  id: string;
  person: string;
  checkpoint: string;
  at: number;
  verdict: string;
}

export class Before {
  private readonly scans = new Map<string, Held>();
  /** undo → what it names */
  private readonly undos = new Map<string, string>();
  private index: Map<string, Earlier> | null = null;
  /** Looking somebody up costs a hash: once for each list is enough. */
  private readonly found = new Map<string, Listed | null>();
  private bundle: Bundle | null = null;

  /** Nothing was read yet: another device. */
  clear(): void {
    this.scans.clear();
    this.undos.clear();
    this.index = null;
  }

  /** Everything is looked up anew: a list has its own places. */
  use(bundle: Bundle | null): void {
    this.bundle = bundle;
    this.found.clear();
    this.index = null;
  }

  /** Takes one row; again with the server's word when that has come. */
  note(row: QueueRow): void {
    const { item } = row;
    if ('undoes' in item) {
      if (this.undos.has(item.id)) return;
      this.undos.set(item.id, item.undoes);
      this.index = null;
      return;
    }
    const person = 'pass' in item ? passIdOf(item.pass) : 'code' in item ? item.code : null;
    const verdict = row.verdict ?? item.shown;
    if (person === null || verdict === undefined || item.checkpoint === undefined) return;
    const known = this.scans.get(item.id);
    if (known?.verdict === verdict) return;
    const at = Date.parse(item.scanned_at) + (item.offset_ms ?? 0);
    const scan = { id: item.id, person, checkpoint: item.checkpoint, at, verdict };
    this.scans.set(item.id, scan);
    // A new scan joins what is known; one that the server judged otherwise may take something away.
    const named = [...this.undos.values()].includes(item.id);
    if (known === undefined && this.index !== null && !named) this.join(this.index, scan);
    else this.index = null;
  }

  /** The earliest scan of this person there, one inside the hours before one outside; null without. */
  of(person: string, checkpoint: string): Earlier | null {
    this.index ??= this.build();
    return this.index.get(`${checkpoint} ${this.name(person)}`) ?? null;
  }

  private build(): Map<string, Earlier> {
    const undone = undoneIds(this.undos);
    const index = new Map<string, Earlier>();
    for (const scan of this.scans.values()) if (!undone.has(scan.id)) this.join(index, scan);
    return index;
  }

  private join(index: Map<string, Earlier>, scan: Held): void {
    const handedOut = scan.verdict === 'not_on_list' && this.bundle?.kindOf(scan.checkpoint) === 'pickup';
    if (!COUNTING.has(scan.verdict) && !handedOut) return;
    const key = `${scan.checkpoint} ${this.name(scan.person)}`;
    const inside = this.isInside(scan);
    const held = index.get(key);
    const first = held === undefined || (inside && !held.inside) || (inside === held.inside && scan.at < held.at);
    if (first) index.set(key, { at: scan.at, inside });
  }

  /** A pass and its short code are one person on the list; off it each stands for itself. */
  private name(person: string): string {
    const listed = this.listed(person);
    return listed === null ? person : `#${listed.place}`;
  }

  private listed(person: string): Listed | null {
    if (this.bundle === null) return null;
    let listed = this.found.get(person);
    if (listed === undefined) {
      listed = person.length === 32 ? this.bundle.person(unhex(person)) : this.bundle.personOfCode(person);
      this.found.set(person, listed);
    }
    return listed;
  }

  private isInside(scan: Held): boolean {
    if (this.bundle === null) return scan.verdict !== 'outside_hours';
    return this.bundle.inside(scan.at, scan.checkpoint, this.listed(scan.person)?.category ?? null);
  }
}

/** Scans taken back by an undo that is not itself taken back, as the server reads them. */
export function undoneIds(undos: ReadonlyMap<string, string>): Set<string> {
  const byTarget = new Map<string, string[]>();
  for (const [undo, target] of undos) byTarget.set(target, [...(byTarget.get(target) ?? []), undo]);
  const known = new Map<string, boolean>();
  const isUndone = (id: string, path: ReadonlySet<string>): boolean => {
    if (path.has(id)) return false;
    const before = known.get(id);
    if (before !== undefined) return before;
    const found = (byTarget.get(id) ?? []).some((undo) => !isUndone(undo, new Set([...path, id])));
    known.set(id, found);
    return found;
  };
  return new Set([...byTarget.keys()].filter((target) => isUndone(target, new Set())));
}
