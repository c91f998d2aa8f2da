import { describe, expect, it } from 'vitest';
import { languageOf } from '../../src/texts/choose';

const page = (lang: string): HTMLElement => ({ lang }) as HTMLElement;

describe('the language of a page', () => {
  it.each(['en', 'en-GB', 'EN'])('is English for %s', (lang) => {
    expect(languageOf(page(lang))).toBe('en');
  });

  it.each(['zh-CN', '', 'eno', 'fr'])('is Chinese for "%s"', (lang) => {
    expect(languageOf(page(lang))).toBe('zh');
  });
});
