/**
 * Ed25519: the browser's own where it has one (Safari 17, Firefox 129, Chrome
 * 137), else a small audited library. Both follow RFC 8032 strictly, as the
 * server does.
 */

import * as ed from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';

ed.hashes.sha512 = (message) => sha512(message);

/** RFC 8032, test 2: what a browser must be able to say yes to, and to the same with a bit flipped no. */
const KEY = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
const SIGNATURE =
  '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
  '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

type Verify = (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => Promise<boolean>;

const imported = new Map<string, Promise<CryptoKey>>();

async function byBrowser(signature: Uint8Array, message: Uint8Array, key: Uint8Array): Promise<boolean> {
  const name = String(key);
  let held = imported.get(name);
  if (held === undefined) {
    held = crypto.subtle.importKey('raw', key as BufferSource, 'Ed25519', false, ['verify']);
    imported.set(name, held);
  }
  return crypto.subtle.verify('Ed25519', await held, signature as BufferSource, message as BufferSource);
}

export async function byLibrary(signature: Uint8Array, message: Uint8Array, key: Uint8Array): Promise<boolean> {
  try {
    return ed.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}

/** The browser's Ed25519 if it has one that can be believed; null without. */
export async function browsers(): Promise<Verify | null> {
  try {
    const message = Uint8Array.of(0x72);
    const key = unhex(KEY);
    const good = await byBrowser(unhex(SIGNATURE), message, key);
    const bad = await byBrowser(unhex(SIGNATURE), Uint8Array.of(0x73), key);
    return good && !bad ? byBrowser : null;
  } catch {
    return null;
  }
}

let chosen: Promise<Verify> | null = null;

/** Whether `signature` is that of `key` under `message`. */
export async function verifySignature(signature: Uint8Array, message: Uint8Array, key: Uint8Array): Promise<boolean> {
  chosen ??= browsers().then((found) => found ?? byLibrary);
  try {
    return await (await chosen)(signature, message, key);
  } catch {
    return false;
  }
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}
