import { texts } from '../texts/page';
import { announce } from './dom';

// A download keeps the page: the button comes back by itself.
const GIVE_BACK_MS = 20_000;

interface Kept {
  nodes: Node[];
  form: HTMLFormElement;
}

const busy = new Map<HTMLButtonElement, Kept>();

function take(button: HTMLButtonElement, form: HTMLFormElement): void {
  const words = button.dataset['busy'] ?? '';
  button.style.minWidth = `${button.offsetWidth}px`;
  busy.set(button, { nodes: Array.from(button.childNodes), form });
  const wheel = document.createElement('span');
  wheel.className = 'x-spin';
  wheel.setAttribute('aria-hidden', 'true');
  button.replaceChildren(wheel, words);
  button.dataset['state'] = 'busy';
  button.setAttribute('aria-disabled', 'true');
  announce(words);
  setTimeout(() => giveBack(button), GIVE_BACK_MS);
}

function giveBack(button: HTMLButtonElement): void {
  const kept = busy.get(button);
  if (!kept) return;
  busy.delete(button);
  button.replaceChildren(...kept.nodes);
  button.style.minWidth = '';
  delete button.dataset['state'];
  button.removeAttribute('aria-disabled');
}

function offline(form: HTMLFormElement): void {
  let note = form.querySelector<HTMLElement>('[data-offline]');
  if (!note) {
    note = document.createElement('div');
    note.className = 'x-note x-note--no';
    note.dataset['offline'] = '';
    note.setAttribute('role', 'alert');
    form.append(note);
  }
  const p = document.createElement('p');
  p.textContent = texts.offline;
  note.replaceChildren(p);
}

/** Sending takes a while: the pressed button says so, and a second tap does nothing. */
export function startBusy(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented) return;
    if (form.method === 'post' && !navigator.onLine) {
      event.preventDefault();
      offline(form);
      return;
    }
    form.querySelector('[data-offline]')?.remove();
    const named = event.submitter instanceof HTMLButtonElement ? event.submitter : null;
    const button = named ?? form.querySelector<HTMLButtonElement>('button[type="submit"][data-busy]');
    for (const kept of busy.values()) {
      if (kept.form === form) {
        event.preventDefault();
        return;
      }
    }
    if (button?.dataset['busy'] && form.method === 'post') take(button, form);
  });
  document.addEventListener('htmx:afterRequest', () => {
    for (const button of [...busy.keys()]) giveBack(button);
  });
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) for (const button of [...busy.keys()]) giveBack(button);
  });
}
