/**
 * The volunteer's language. The page that a phone keeps was fetched as a
 * stranger would, without cookies, so the phone remembers the choice itself,
 * and the address asks for that page (`?lang=en`).
 */

import { languageOf, type Language } from '../texts/choose';
import type { ScanStore } from './store';

const CHOICE = 'language';

/** What to open instead of this page; null where it speaks the chosen language, or cannot. Pure. */
export function otherPage(chosen: Language, here: Language, address: string): string | null {
  const wanted = new URL(address);
  // Asked for and not got: a server from before. Asking again would never end.
  if (chosen === here || wanted.searchParams.get('lang') === chosen) return null;
  wanted.searchParams.set('lang', chosen);
  return wanted.href;
}

/** True when the page opens anew in the phone's language; the first page that a phone sees sets it. */
export async function followChoice(store: ScanStore): Promise<boolean> {
  const chosen = await store.setting<Language>(CHOICE);
  if (chosen === undefined) {
    await store.saveSetting(CHOICE, languageOf());
    return false;
  }
  const other = otherPage(chosen, languageOf(), location.href);
  if (other !== null) location.replace(other);
  return other !== null;
}

/** Opens the page anew in another language; a join code that is not used yet comes along. */
export async function speak(language: Language, store: ScanStore, code: string | null = null): Promise<void> {
  await store.saveSetting(CHOICE, language);
  const wanted = new URL(location.href);
  wanted.searchParams.set('lang', language);
  if (code !== null) wanted.hash = String(new URLSearchParams({ join: code }));
  location.replace(wanted.href);
}
