/** A team's code: everybody is ticked, the volunteer unticks who is absent. */

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
    const title = team.name || `团体 ${team.members.length} 人`;
    setText('sc-team-title', title);
    el('sc-team').replaceChildren(...team.members.map((member, place) => row(member, place)));
    this.count();
    this.page.show('team');
    el('sc-team-title').focus({ preventScroll: true });
    this.page.announce(`${title}，请核对到场的人`);
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
    if (all === 0) button.textContent = '都已签到';
    else button.textContent = present === 0 ? '没有勾选的人' : `签到 ${present} 人`;
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
  text.append(make('b', '', member.name), make('span', '', member.bib ?? ''));
  label.append(box, text);
  if (member.checked_in) label.append(make('span', 'x-badge x-badge--ok', '已签到'));
  return label;
}
