/**
 * The phone's own verdict, by the list that it holds. In this order: spelling,
 * suite and kind, key, signature, generation, list, hours, seen before. The
 * table in tests/data/checkin_table.json says where it agrees with the server,
 * and where it cannot know what the server knows.
 */

import type { Before } from './before';
import type { Bundle, Listed } from './bundle';
import { hex, PERSON, readPass, TEAM } from './pass';

export type Named = { pass: string } | { code: string };

export interface Judged {
  verdict: string;
  /** False where only the server can tell: ask it first, if it is there. */
  sure: boolean;
  bib: string | null;
  category: string | null;
  /** A team's confirmed members. */
  headcount: number | null;
  /** When this person was read here first, ms since 1970. */
  firstAt: number | null;
}

function word(verdict: string, more: Partial<Judged> = {}): Judged {
  return { verdict, sure: true, bib: null, category: null, headcount: null, firstAt: null, ...more };
}

/** @param at ms since 1970, by the server's clock as far as the phone knows it */
export async function judge(
  named: Named,
  checkpoint: string,
  at: number,
  bundle: Bundle,
  before: Before,
): Promise<Judged> {
  return 'pass' in named
    ? judgePass(named.pass, checkpoint, at, bundle, before)
    : judgeCode(named.code, checkpoint, at, bundle, before);
}

async function judgePass(
  text: string,
  checkpoint: string,
  at: number,
  bundle: Bundle,
  before: Before,
): Promise<Judged> {
  const facts = await readPass(text, bundle.keys);
  if (typeof facts === 'string') return word('forged');
  if (facts.kind === TEAM) return team(bundle.team(facts.passId)?.headcount ?? null);
  if (facts.kind !== PERSON) return word('unknown');
  const person = hex(facts.passId);
  const listed = bundle.person(facts.passId);
  if (listed === null) return unlisted(person, checkpoint, bundle, before);
  if (facts.generation < listed.floor) return word('revoked');
  return judgeListed(listed, person, checkpoint, at, bundle, before);
}

function judgeCode(code: string, checkpoint: string, at: number, bundle: Bundle, before: Before): Judged {
  const listed = bundle.personOfCode(code);
  if (listed !== null) return judgeListed(listed, code, checkpoint, at, bundle, before);
  if (bundle.isRevoked(code)) return word('revoked');
  const group = bundle.teamOfCode(code);
  if (group !== null) return team(group.headcount);
  // Anybody can write eight characters that fit together: what is not listed proves nothing.
  return word('unknown', { sure: false });
}

function team(headcount: number | null): Judged {
  return word('team_partial', { sure: false, headcount });
}

/** A genuine pass that is not on the list: registered since, or about to walk in. */
function unlisted(person: string, checkpoint: string, bundle: Bundle, before: Before): Judged {
  const earlier = before.of(person, checkpoint);
  if (earlier !== null && bundle.kindOf(checkpoint) === 'pickup') return word('repeat', { firstAt: earlier.at });
  return word('not_on_list', { sure: false });
}

function judgeListed(
  listed: Listed,
  person: string,
  checkpoint: string,
  at: number,
  bundle: Bundle,
  before: Before,
): Judged {
  const who = { bib: listed.bib, category: bundle.categoryName(listed.category) };
  if (listed.standing === 'waitlisted') return word('waitlisted', who);
  if (listed.standing === 'cancelled') return word('cancelled', who);
  if (listed.standing === 'other') return word('not_registered', who);
  const earlier = before.of(person, checkpoint);
  const seen = { ...who, firstAt: earlier?.at ?? null };
  // What is handed out is handed out once, inside the hours or not.
  if (earlier !== null && bundle.kindOf(checkpoint) === 'pickup') return word('repeat', seen);
  if (!bundle.inside(at, checkpoint, listed.category)) return word('outside_hours', who);
  return earlier?.inside === true ? word('repeat', seen) : word('accepted', who);
}
