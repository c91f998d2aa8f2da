import { all } from './dom';

function valuesOf(form: HTMLFormElement, name: string): string[] {
  const found: string[] = [];
  for (const el of Array.from(form.elements)) {
    if (el instanceof HTMLInputElement && el.name === name) {
      if (['radio', 'checkbox'].includes(el.type) ? el.checked : true) found.push(el.value);
    } else if (el instanceof HTMLSelectElement && el.name === name) {
      found.push(...Array.from(el.selectedOptions, (o) => o.value));
    }
  }
  return found;
}

/** `person=child|new&guardian=y`: every part must fit; within a part one of the values. */
export function fits(form: HTMLFormElement, rule: string): boolean {
  return rule.split('&').every((part) => {
    const [name = '', wanted = ''] = part.split('=');
    const values = valuesOf(form, name);
    return wanted.split('|').some((value) => values.includes(value));
  });
}

function apply(form: HTMLFormElement): void {
  for (const box of all(form, '[data-show-when]')) {
    const on = fits(form, box.dataset['showWhen'] ?? '');
    box.hidden = !on;
    for (const el of all<HTMLInputElement>(box, 'input, select, textarea, button')) {
      if (!on && !el.disabled) {
        el.disabled = true;
        el.dataset['asleep'] = '';
      } else if (on && 'asleep' in el.dataset) {
        el.disabled = false;
        delete el.dataset['asleep'];
      }
    }
  }
}

/** Questions that follow from an answer appear with it; hidden ones are not sent. */
export function startConditions(root: ParentNode): void {
  const forms = new Set(all(root, '[data-show-when]').map((box) => box.closest('form')));
  for (const form of forms) {
    if (!form) continue;
    form.addEventListener('change', () => apply(form));
    apply(form);
  }
}
