/**
 * What a read text is. Pure: the camera, the scan gun, a photograph and the
 * keyboard all end here.
 *
 * A pass is 129 characters of base45 (RFC 9285), most of which contain a space:
 * nothing in this file may trim or collapse spaces of a text that could be one.
 */

export type ReadText =
  | { kind: 'pass'; pass: string }
  | { kind: 'code'; code: string }
  | { kind: 'miswritten' }
  | { kind: 'foreign' };

const PASS_LENGTH = 129;
const PASS = /^[0-9A-Z $%*+\-./:]+$/;

/** Crockford's symbols without I L O U and Z, in the order of their values. */
const SHORT_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXY';
const SHORT_LENGTH = 8;

/** What a Chinese input method makes of three signs of base45, besides the full-width forms. */
const INPUT_METHOD: Record<string, string> = { '￥': '$', '¥': '$', '。': '.', '、': '/' };

/** Full-width forms and lower case become what the code says; spaces stay as they are. */
export function fold(text: string): string {
  let folded = '';
  for (const sign of text) {
    const point = sign.codePointAt(0) as number;
    if (point >= 0xff01 && point <= 0xff5e) folded += String.fromCodePoint(point - 0xfee0);
    else if (point === 0x3000) folded += ' ';
    else folded += INPUT_METHOD[sign] ?? sign;
  }
  return folded.toUpperCase();
}

/** Has the outer form of a pass; whether it is genuine, the server says. */
export function isPassShaped(text: string): boolean {
  return text.length === PASS_LENGTH && PASS.test(text);
}

/**
 * The typed form of a short code: groups, hyphens and spaces go, O is read as
 * 0, I and L as 1. Not yet checked.
 */
export function plainShortCode(text: string): string {
  return fold(text)
    .replace(/[\s\-·.]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
}

/** Seven characters weighted 1 to 7; their sum mod 31 is the eighth. */
export function checkCharacter(seven: string): string | null {
  let sum = 0;
  for (let place = 0; place < SHORT_LENGTH - 1; place += 1) {
    const value = SHORT_ALPHABET.indexOf(seven.charAt(place));
    if (value < 0 || seven.charAt(place) === '') return null;
    sum += value * (place + 1);
  }
  return SHORT_ALPHABET.charAt(sum % SHORT_ALPHABET.length);
}

/** 'ok', or why not: a wrong number of characters, a foreign character, a wrong last one. */
export function judgeShortCode(plain: string): 'ok' | 'length' | 'symbol' | 'check' {
  if ([...plain].some((sign) => !SHORT_ALPHABET.includes(sign))) return 'symbol';
  if (plain.length !== SHORT_LENGTH) return 'length';
  return checkCharacter(plain.slice(0, SHORT_LENGTH - 1)) === plain.charAt(SHORT_LENGTH - 1) ? 'ok' : 'check';
}

/** Shown in two groups of four. */
export function groupShortCode(plain: string): string {
  return plain.length > 4 ? `${plain.slice(0, 4)} ${plain.slice(4)}` : plain;
}

/**
 * Sorts a text that was read or typed. `miswritten` is a short code whose
 * characters do not fit together: worth a second look, not a foreign code.
 */
export function classify(text: string): ReadText {
  const folded = fold(text);
  if (isPassShaped(folded)) return { kind: 'pass', pass: folded };
  const plain = plainShortCode(text);
  if (plain.length !== SHORT_LENGTH) return { kind: 'foreign' };
  const judged = judgeShortCode(plain);
  if (judged === 'ok') return { kind: 'code', code: plain };
  return { kind: judged === 'check' ? 'miswritten' : 'foreign' };
}
