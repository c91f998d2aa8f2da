import { describe, expect, it } from 'vitest';
import { isReaders } from '../../src/texts/choose';
import { scanner } from '../../src/texts/scanner';
import { verdicts } from '../../src/texts/verdicts';
import { otherPage } from '../../src/scanner/language';

const HAN = /\p{Script=Han}/u;
const sources: Record<string, string> = import.meta.glob('../../src/scanner/**/*.{ts,scss}', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Every text with its path; functions speak of figures, given as text. */
function said(texts: unknown, path = ''): [path: string, text: string][] {
  if (typeof texts === 'string') return [[path, texts]];
  if (typeof texts === 'function') return said((texts as (...given: unknown[]) => unknown)('2', '3', '4'), path);
  return Object.entries(texts as object).flatMap(([key, value]) => said(value, `${path}/${key}`));
}

function keys(texts: unknown, path = ''): string[] {
  if (typeof texts !== 'object' || texts === null) return [`${path} ${typeof texts}`];
  if (Array.isArray(texts)) return [`${path} list`];
  return Object.entries(texts).flatMap(([key, value]) => keys(value, `${path}/${key}`));
}

describe.each(Object.entries({ scanner, verdicts }))('the dictionary %s', (_name, both) => {
  it('has the same keys in both languages', () => {
    expect(keys(both.en).sort()).toEqual(keys(both.zh).sort());
    expect(keys(both.zh).length).toBeGreaterThan(15);
  });

  it('speaks no Chinese in English, and says something for each key', () => {
    expect(said(both.en).filter(([, text]) => HAN.test(text))).toEqual([]);
    expect(said(both.en).filter(([path, text]) => text === '' && path !== '/between')).toEqual([]);
    const withoutHan = said(both.zh).filter(([, text]) => !HAN.test(text)).map(([path]) => path);
    expect(withoutHan).toEqual(both === scanner ? ['/comma'] : ['/between']);
  });

  it('is short and keeps its temper', () => {
    const zh = said(both.zh).filter(([, text]) => /[！!]|请勿|非法|失败/.test(text));
    expect(zh).toEqual([]);
    expect(said(both.en).filter(([, text]) => text.includes('!'))).toEqual([]);
  });
});

describe('the sources of the scanner', () => {
  it('say nothing outside the dictionaries', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(40);
    expect(Object.entries(sources).filter(([, text]) => HAN.test(text)).map(([name]) => name)).toEqual([]);
  });
});

describe('the big words in English', () => {
  it('fit a phone at 64 px', () => {
    for (const { word } of Object.values(verdicts.en.shapes)) {
      expect(word.length).toBeLessThanOrEqual(2);
      for (const line of word) expect(line.length, line).toBeLessThanOrEqual(9);
    }
  });
});

describe('the language of the phone', () => {
  it('opens the page that speaks it, once', () => {
    expect(otherPage('en', 'zh', 'https://x.example/scan#join=AB')).toBe('https://x.example/scan?lang=en#join=AB');
    expect(otherPage('zh', 'en', 'https://x.example/scan?lang=en')).toBe('https://x.example/scan?lang=zh');
    expect(otherPage('en', 'en', 'https://x.example/scan')).toBeNull();
    expect(otherPage('en', 'zh', 'https://x.example/scan?lang=en')).toBeNull();
  });

  it('takes only sentences of the server that the reader can read', () => {
    expect(isReaders('这个码过期了。', 'zh')).toBe(true);
    expect(isReaders('这个码过期了。', 'en')).toBe(false);
    expect(isReaders('Not found', 'zh')).toBe(false);
    expect(isReaders('Not found', 'en')).toBe(true);
  });
});
