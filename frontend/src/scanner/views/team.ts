/** A team's code: everybody is ticked, the volunteer unticks who is absent. */

import { texts } from '../../texts/scanner';
import { shownBib } from '../bib';
import type { Team } from '../types';
import { el, make, setText, type Page } from './page';

export class TeamView {
  /** @param onSend the registrations that are present */
  constructor(
    private readonly page: Page,
    private readonly onSend: (registrations: string[], team: Team) => void,
    onBack: () => void,
  ) {
    const form = el<HTMLFormElement>('sc-team');
    form.addEventListener('change', () => this.count());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const present = this.present();
      if (present.length > 0 && this.team !== null) this.onSend(present, this.team);
    });
    el('sc-team-back').addEventListener('click', onBack);
  }

  private team: Team | null = null;

  open(team: Team): void {
    this.team = team;
    const title = team.name || texts.teamOf(team.members.length);
    setText('sc-team-title', title);
    el('sc-team').replaceChildren(...team.members.map((member, place) => row(member, place)));
    this.count();
    this.page.show('team');
    el('sc-team-title').focus({ preventScroll: true });
    this.page.announce(texts.teamCheck(title));
  }

  private boxes(): HTMLInputElement[] {
    return [...el('sc-team').querySelectorAll('input')].filter((box) => !box.disabled);
  }

  private present(): string[] {
    return this.boxes().filter((box) => box.checked).map((box) => box.value);
  }

  private count(): void {
    const present = this.present().length;
    const all = this.boxes().length;
    const button = el<HTMLButtonElement>('sc-team-send');
    button.disabled = present === 0;
    if (all === 0) button.textContent = texts.teamDone;
    else button.textContent = present === 0 ? texts.teamNobody : texts.teamSend(present);
  }
}

function row(member: Team['members'][number], place: number): HTMLElement {
  const label = make('label', 'x-check sc-member');
  const box = make('input', '');
  box.type = 'checkbox';
  box.value = member.registration;
  box.checked = !member.checked_in;
  box.disabled = member.checked_in;
  box.id = `sc-member-${place}`;
  const text = make('span', 'sc-member__main');
  text.append(make('b', '', member.name), make('span', '', shownBib(member.bib)));
  label.append(box, text);
  if (member.checked_in) label.append(make('span', 'x-badge x-badge--ok', texts.teamMemberDone));
  return label;
}
