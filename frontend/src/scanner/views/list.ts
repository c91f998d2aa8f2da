/** What the phone knows by itself: how many are on its list, and how old it is. */

import { texts } from '../../texts/scanner';
import { ageWords } from '../offline/words';
import type { PhoneList } from '../offline/list';
import { figure } from '../times';
import { el, setOptional, setText } from './page';

/** A sentence for the camera's screen where the volunteer should do something; null else. Pure. */
export function listWarning(has: boolean, age: number | null, old: boolean, problem: string | null): string | null {
  if (problem !== null) return texts.listForged;
  if (!has || age === null) return texts.listMissing;
  return old ? texts.listOld(ageWords(age)) : null;
}

export function showList(list: PhoneList): void {
  const { bundle, age } = list;
  setOptional('sc-list', listWarning(bundle !== null, age, list.old, list.problem));
  el('sc-list').dataset.state = bundle === null ? 'none' : list.old ? 'old' : 'fresh';
  const known = bundle !== null && age !== null;
  setText('sc-state-list', known ? texts.onPhone(figure(bundle.header.people), ageWords(age)) : texts.noneOnPhone);
}
