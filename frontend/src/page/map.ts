import { all, announce } from './dom';

/** The doors to maps: the map itself, and what it draws, are fetched when somebody opens it. */
class Door {
  private box: HTMLElement | null = null;
  private map: { remove(): void } | null = null;
  private busy = false;

  constructor(
    private readonly door: HTMLElement,
    private readonly button: HTMLButtonElement,
  ) {}

  async press(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      if (this.box) this.close();
      else await this.open();
      this.say('');
    } catch {
      this.close();
      this.say(this.door.dataset.failed ?? '');
    } finally {
      this.busy = false;
    }
  }

  private async open(): Promise<void> {
    const answer = await fetch(this.door.dataset.map ?? '', { headers: { Accept: 'application/geo+json' } });
    if (!answer.ok) throw new Error(String(answer.status));
    const [{ drawMap, namesOf }, data] = await Promise.all([import('../map/map'), answer.json()]);
    const ground = document.createElement('div');
    ground.className = 'x-map';
    ground.setAttribute('role', 'region');
    ground.setAttribute('aria-label', this.door.dataset.label ?? '');
    this.box = document.createElement('div');
    this.box.append(ground, ...[namesOf(data)].filter((one) => one !== null));
    this.door.append(this.box);
    this.map = drawMap(ground, data, this.door.dataset);
    this.show(true);
  }

  private close(): void {
    this.map?.remove();
    this.box?.remove();
    this.box = this.map = null;
    this.show(false);
  }

  private show(open: boolean): void {
    this.button.setAttribute('aria-expanded', String(open));
    for (const word of all(this.button, '[data-open]')) word.hidden = !open;
    for (const word of all(this.button, '[data-closed]')) word.hidden = open;
  }

  private say(text: string): void {
    this.door.querySelector('.x-map-door__said')?.remove();
    if (text === '') return;
    const said = document.createElement('p');
    said.className = 'x-map-door__said';
    said.textContent = text;
    this.door.append(said);
    announce(text);
  }
}

export function startMaps(root: ParentNode): void {
  for (const box of all(root, '[data-map]')) {
    const button = box.querySelector('button');
    if (!button || !box.hidden) continue;
    const door = new Door(box, button);
    button.addEventListener('click', () => void door.press());
    box.hidden = false;
  }
}
