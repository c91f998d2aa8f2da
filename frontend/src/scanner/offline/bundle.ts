/**
 * The list that the phone takes along (docs/algorithms/bundle.md): verified,
 * then looked up by salted hashes. No name and no number of anybody is in it.
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { unhex } from './pass';
import { verifySignature } from './signature';
import type { CheckpointKind } from '../types';

export type Standing = 'confirmed' | 'waitlisted' | 'cancelled' | 'other';

export interface Listed {
  /** The same number for the same person within one list. */
  place: number;
  floor: number;
  standing: Standing;
  category: number;
  bib: string | null;
}

export interface ListedTeam {
  floor: number;
  headcount: number;
}

export interface Header {
  v: number;
  number: number;
  made_at: number;
  activity: { id: string; code: string; name: string };
  epoch: number;
  walk_in: boolean;
  window: [number, number];
  tolerance_ms: number;
  keys: Record<string, string>;
  checkpoints: { code: string; name: string; kind: CheckpointKind }[];
  categories: { code: string; name: string; hours: [number, number | null, number | null][] }[];
  salt: string;
  bibs: [string, number][];
  people: number;
  teams: number;
  revoked: number;
}

const STANDINGS: readonly Standing[] = ['confirmed', 'waitlisted', 'cancelled', 'other'];
const CONTEXT = new TextEncoder().encode('XIANGYUE-BUNDLE-1\0');
const MAGIC = 'XYB1';
const ENVELOPE = 66;
const PERSON_ROW = 19;
const TEAM_ROW = 15;
const CODE_ROW = 5;
const NO_BIB = 0xff;
const VERSION = 1;

export class BundleFault extends Error {
  override name = 'BundleFault';
}

/** Public keys by kid. */
export type Keys = ReadonlyMap<number, Uint8Array>;

export function keysOf(header: Pick<Header, 'keys'>): Keys {
  return new Map(Object.entries(header.keys).map(([kid, key]) => [Number(kid), unhex(key)]));
}

/**
 * Opens a file. `pinned`: the keys that the phone trusts already; null for the
 * first list, which came over TLS and must at least fit the keys it bears.
 */
export async function openBundle(file: Uint8Array, pinned: Keys | null): Promise<Bundle> {
  if (file.length <= ENVELOPE) throw new BundleFault('cut');
  const body = file.subarray(ENVELOPE);
  const bundle = parse(body);
  const kid = ((file[0] ?? 0) << 8) | (file[1] ?? 0);
  const key = (pinned ?? bundle.keys).get(kid);
  if (key === undefined) throw new BundleFault('unknown key');
  const signed = new Uint8Array(CONTEXT.length + body.length);
  signed.set(CONTEXT);
  signed.set(body, CONTEXT.length);
  if (!(await verifySignature(file.subarray(2, ENVELOPE), signed, key))) throw new BundleFault('signature');
  return bundle;
}

function parse(body: Uint8Array): Bundle {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.length < 8 || text(body.subarray(0, 4)) !== MAGIC) throw new BundleFault('no bundle');
  const rows = 8 + view.getUint32(4);
  let header: Header;
  try {
    header = JSON.parse(text(body.subarray(8, rows))) as Header;
  } catch {
    throw new BundleFault('cut');
  }
  if (header.v !== VERSION) throw new BundleFault('another version');
  const length = header.people * PERSON_ROW + header.teams * TEAM_ROW + header.revoked * CODE_ROW;
  if (body.length !== rows + length) throw new BundleFault('cut');
  return new Bundle(header, new DataView(body.buffer, body.byteOffset + rows, length));
}

export class Bundle {
  readonly keys: Keys;
  private readonly salt: Uint8Array;
  private readonly people = new Map<number, number>();
  private readonly codes = new Map<number, number>();
  private readonly teams = new Map<number, number>();
  private readonly teamCodes = new Map<number, number>();
  private readonly revoked = new Set<number>();

  constructor(
    readonly header: Header,
    private readonly rows: DataView,
  ) {
    this.keys = keysOf(header);
    this.salt = unhex(header.salt);
    for (let place = 0; place < header.people; place += 1) {
      this.people.set(hash48(rows, place * PERSON_ROW), place);
      this.codes.set(hash40(rows, place * PERSON_ROW + 6), place);
    }
    const teams = header.people * PERSON_ROW;
    for (let at = teams; at < teams + header.teams * TEAM_ROW; at += TEAM_ROW) {
      this.teams.set(hash48(rows, at), at);
      this.teamCodes.set(hash40(rows, at + 6), at);
    }
    const revoked = teams + header.teams * TEAM_ROW;
    for (let place = 0; place < header.revoked; place += 1) this.revoked.add(hash40(rows, revoked + place * CODE_ROW));
  }

  get number(): number {
    return this.header.number;
  }

  person(passId: Uint8Array): Listed | null {
    return this.listed(this.people.get(this.passHash(passId)));
  }

  personOfCode(code: string): Listed | null {
    return this.listed(this.codes.get(this.codeHash(code)));
  }

  team(passId: Uint8Array): ListedTeam | null {
    return this.listedTeam(this.teams.get(this.passHash(passId)));
  }

  teamOfCode(code: string): ListedTeam | null {
    return this.listedTeam(this.teamCodes.get(this.codeHash(code)));
  }

  /** A short code that was replaced. */
  isRevoked(code: string): boolean {
    return this.revoked.has(this.codeHash(code));
  }

  /** Whether `at` lies within the hours of a checkpoint for a category, or for anybody. */
  inside(at: number, checkpoint: string, category: number | null): boolean {
    const { window, tolerance_ms, checkpoints, categories } = this.header;
    const point = checkpoints.findIndex((one) => one.code === checkpoint);
    const hours = category === null ? undefined : categories[category]?.hours.find(([place]) => place === point);
    const opens = hours?.[1] ?? window[0];
    const cutoff = hours?.[2] ?? window[1];
    return opens - tolerance_ms <= at && at <= cutoff + tolerance_ms;
  }

  kindOf(checkpoint: string): CheckpointKind | null {
    return this.header.checkpoints.find((one) => one.code === checkpoint)?.kind ?? null;
  }

  categoryName(category: number): string | null {
    return this.header.categories[category]?.name ?? null;
  }

  private listed(place: number | undefined): Listed | null {
    if (place === undefined) return null;
    const at = place * PERSON_ROW;
    const prefix = this.rows.getUint8(at + 15);
    const [letters, digits] = (prefix === NO_BIB ? null : this.header.bibs[prefix]) ?? [null, 0];
    const number = this.rows.getUint8(at + 16) * 0x10000 + this.rows.getUint16(at + 17);
    return {
      place,
      floor: this.rows.getUint16(at + 11),
      standing: STANDINGS[this.rows.getUint8(at + 13)] ?? 'other',
      category: this.rows.getUint8(at + 14),
      bib: letters === null ? null : letters + String(number).padStart(digits, '0'),
    };
  }

  private listedTeam(at: number | undefined): ListedTeam | null {
    if (at === undefined) return null;
    return { floor: this.rows.getUint16(at + 11), headcount: this.rows.getUint16(at + 13) };
  }

  private passHash(passId: Uint8Array): number {
    return hash48(this.hash('P', passId), 0);
  }

  private codeHash(code: string): number {
    return hash40(this.hash('C', new TextEncoder().encode(code)), 0);
  }

  private hash(kind: 'P' | 'C', name: Uint8Array): DataView {
    const said = new Uint8Array(this.salt.length + 1 + name.length);
    said.set(this.salt);
    said[this.salt.length] = kind.charCodeAt(0);
    said.set(name, this.salt.length + 1);
    const digest = sha256(said);
    return new DataView(digest.buffer, digest.byteOffset, digest.byteLength);
  }
}

function hash48(view: DataView, at: number): number {
  return view.getUint16(at) * 0x100000000 + view.getUint32(at + 2);
}

function hash40(view: DataView, at: number): number {
  return view.getUint8(at) * 0x100000000 + view.getUint32(at + 1);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
