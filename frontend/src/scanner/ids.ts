/** UUIDv7 made on the phone: the key of a scan, known before any network is. */

let last = { ms: 0, count: 0 };

/**
 * Rising within a page even inside one millisecond, so that the store gives the
 * rows in the order of their making. Needs no secure context, unlike
 * `crypto.randomUUID`.
 */
export function uuid7(now: number = Date.now()): string {
  last = now > last.ms ? { ms: now, count: 0 } : { ms: last.ms, count: last.count + 1 };
  // The 12 bits behind the time count; when they are full the time moves on.
  if (last.count > 0xfff) last = { ms: last.ms + 1, count: 0 };
  const bytes = new Uint8Array(16);
  bytes.set(crypto.getRandomValues(new Uint8Array(8)), 8);
  let rest = last.ms;
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (last.count >> 8);
  bytes[7] = last.count & 0xff;
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
