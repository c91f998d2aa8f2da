import { describe, expect, it } from 'vitest';
import { checkCharacter, classify, fold, groupShortCode, judgeShortCode, plainShortCode } from '../../src/scanner/codes';

const FIRST =
  'W625B0FNFOJ11$P9MEC1DFF02YOGDF000%MJI%0Y*I6EM$6R/R9/SJL$J4XROBMYD6EW0ULJ15OG7R699P7B:Y2H4OQ.4F02JV9LEWK:4-HE-E4-W94Z96KHYRNP-QZM0';
/** Two spaces in a row: a reader that collapses them loses one pass in fifty. */
const SPACED =
  'W625B0FNFOJ11$P9ME/0D000000QH1HB0+-J6ED%34ZS1LW3E*S-HG2NL$UTE597E98YQCRS9$D0$J2A4  C DQCBUAI1NMDHD7CBVB%US*91BDCL6MN37A3.PMWPU+QU';

/** The same text as a scan gun types it under a Chinese input method. */
function fullWidth(text: string): string {
  return [...text].map((sign) => (sign === ' ' ? '\u3000' : String.fromCharCode(sign.charCodeAt(0) + 0xfee0))).join('');
}

describe('passes', () => {
  it.each([FIRST, SPACED])('keeps the text as it is: %s', (text) => {
    expect(classify(text)).toEqual({ kind: 'pass', pass: text });
  });

  it('reads full-width and lower-case text, with both spaces', () => {
    expect(classify(fullWidth(SPACED))).toEqual({ kind: 'pass', pass: SPACED });
    expect(classify(SPACED.toLowerCase())).toEqual({ kind: 'pass', pass: SPACED });
  });

  it('undoes what an input method makes of $ . and /', () => {
    const typed = FIRST.replaceAll('$', '￥').replaceAll('.', '。').replaceAll('/', '、');
    expect(classify(typed)).toEqual({ kind: 'pass', pass: FIRST });
  });

  it('takes nothing off: a space before or behind makes it another text', () => {
    expect(classify(` ${FIRST}`).kind).toBe('foreign');
    expect(classify(`${FIRST} `).kind).toBe('foreign');
    expect(classify(SPACED.replace('  ', ' ')).kind).toBe('foreign');
  });

  it.each(['https://xiangyue.example/c/7K3M9QA', 'WIFI:S:hall;P:12345678;;', '', ' ', '王德福', 'A'.repeat(128)])(
    'calls %j foreign',
    (text) => {
      expect(classify(text).kind).toBe('foreign');
    },
  );
});

describe('short codes', () => {
  it('weights the seven characters 1 to 7, modulo 31', () => {
    // 1·1 + 2·2 + 3·3 + 4·4 + 5·5 + 6·6 + 7·7 = 140 = 4·31 + 16, and G has the value 16.
    expect(checkCharacter('1234567')).toBe('G');
    expect(checkCharacter('0000000')).toBe('0');
    expect(checkCharacter('000000Y')).toBe('R');
    expect(checkCharacter('000000Z')).toBeNull();
    expect(checkCharacter('123456')).toBeNull();
  });

  it('notices each single wrong character and each swap of neighbours', () => {
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXY';
    const good = `7K3M9QA${checkCharacter('7K3M9QA') ?? ''}`;
    expect(judgeShortCode(good)).toBe('ok');
    for (let place = 0; place < 8; place += 1) {
      for (const sign of alphabet) {
        const wrong = good.slice(0, place) + sign + good.slice(place + 1);
        expect(judgeShortCode(wrong)).toBe(wrong === good ? 'ok' : 'check');
      }
    }
    for (let place = 0; place < 6; place += 1) {
      const swapped = good.slice(0, place) + good.charAt(place + 1) + good.charAt(place) + good.slice(place + 2);
      expect(judgeShortCode(swapped)).toBe(swapped === good ? 'ok' : 'check');
    }
  });

  it('reads O as 0, I and L as 1, in any case, width and grouping', () => {
    expect(plainShortCode(' o0il-2345 ')).toBe('00112345');
    expect(plainShortCode('１２３４　５６７Ｇ')).toBe('1234567G');
    expect(classify('1234 567g')).toEqual({ kind: 'code', code: '1234567G' });
  });

  it('tells a wrong last character from a foreign text', () => {
    expect(classify('1234 567H')).toEqual({ kind: 'miswritten' });
    expect(judgeShortCode('1234567')).toBe('length');
    expect(judgeShortCode('1234567Z')).toBe('symbol');
    expect(classify('1234567Z').kind).toBe('foreign');
  });

  it('shows two groups of four', () => {
    expect(groupShortCode('1234567G')).toBe('1234 567G');
    expect(groupShortCode('1234')).toBe('1234');
  });
});

describe('fold', () => {
  it('leaves what it does not know', () => {
    expect(fold('王 abc')).toBe('王 ABC');
  });
});
