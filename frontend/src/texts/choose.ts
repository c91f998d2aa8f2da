/**
 * The words that a script says. Each area has a dictionary of its own beside this file; both
 * languages of it have the same keys, which the compiler holds. What a page can say itself comes
 * from the server in the reader's language, in `data-*` attributes.
 */
export type Language = 'zh' | 'en';

/** The page's language: what `<html lang>` says, Chinese where that is neither, or where there is no page. */
export function languageOf(root: Pick<HTMLElement, 'lang'> | null = pageRoot()): Language {
  return /^en\b/i.test(root?.lang ?? '') ? 'en' : 'zh';
}

/** The dictionary of the page's language. */
export function choose<Texts>(texts: Record<Language, Texts>): Texts {
  return texts[languageOf()];
}

/** Whether a sentence of the server's is in the page's language. */
export function isReaders(sentence: string, language: Language = languageOf()): boolean {
  return /\p{Script=Han}/u.test(sentence) === (language === 'zh');
}

function pageRoot(): HTMLElement | null {
  return typeof document === 'undefined' ? null : document.documentElement;
}
