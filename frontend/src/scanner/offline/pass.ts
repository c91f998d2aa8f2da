/**
 * The personal pass: 86 bytes in base45, signed. The same checks in the same
 * order as on the server (passes/rules.py): length, spelling, suite, kind,
 * flags, key, signature.
 */

import { verifySignature } from './signature';

export const PERSON = 1;
export const TEAM = 2;
const VOLUNTEER = 4;

export interface PassFacts {
  kind: number;
  passId: Uint8Array;
  generation: number;
}

export type PassFault = 'length' | 'text' | 'suite' | 'kind' | 'flags' | 'key' | 'forged';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const TEXT_LENGTH = 129;
const LENGTH = 86;
const BODY = 22;
const ED25519 = 1;
const KINDS: ReadonlySet<number> = new Set([PERSON, TEAM, VOLUNTEER]);
const CONTEXT = new TextEncoder().encode('XIANGYUE-PASS-1\0');

/** Strict: null for anything that the encoder never writes, so that one pass has one text. */
export function decodeBase45(text: string): Uint8Array | null {
  if (text.length % 3 === 1) return null;
  const bytes = new Uint8Array(Math.floor((text.length * 2) / 3));
  let at = 0;
  for (let place = 0; place < text.length; place += 3) {
    const low = ALPHABET.indexOf(text.charAt(place));
    const middle = ALPHABET.indexOf(text.charAt(place + 1));
    const last = place + 2 >= text.length;
    const high = last ? 0 : ALPHABET.indexOf(text.charAt(place + 2));
    if (low < 0 || middle < 0 || high < 0) return null;
    const group = low + middle * 45 + high * 2025;
    if (group > (last ? 0xff : 0xffff)) return null;
    if (!last) {
      bytes[at] = group >> 8;
      at += 1;
    }
    bytes[at] = group & 0xff;
    at += 1;
  }
  return bytes;
}

/** The facts of a genuine pass, or the first check that it fails. `text` is folded already. */
export async function readPass(
  text: string,
  keys: ReadonlyMap<number, Uint8Array>,
): Promise<PassFacts | PassFault> {
  if (text.length !== TEXT_LENGTH) return 'length';
  const raw = decodeBase45(text);
  if (raw === null) return 'text';
  if (raw.length !== LENGTH) return 'length';
  const view = new DataView(raw.buffer);
  const first = view.getUint8(0);
  if (first >> 4 !== ED25519) return 'suite';
  if (!KINDS.has(first & 0x0f)) return 'kind';
  if (view.getUint8(21) !== 0) return 'flags';
  const key = keys.get(view.getUint16(1));
  if (key === undefined) return 'key';
  const signed = new Uint8Array(CONTEXT.length + BODY);
  signed.set(CONTEXT);
  signed.set(raw.subarray(0, BODY), CONTEXT.length);
  if (!(await verifySignature(raw.subarray(BODY), signed, key))) return 'forged';
  return { kind: first & 0x0f, passId: raw.slice(3, 19), generation: view.getUint16(19) };
}

/** The pass id of a text that has the form of a pass, whoever signed it; null when it has not. */
export function passIdOf(text: string): string | null {
  const raw = decodeBase45(text);
  return raw !== null && raw.length === LENGTH ? hex(raw.subarray(3, 19)) : null;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
