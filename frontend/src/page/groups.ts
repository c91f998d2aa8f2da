import { all } from './dom';

/** Half-width digits without spaces: what the server stores. */
export function bare(text: string): string {
  return text
    .replace(/[０-９Ｘｘ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[\s-]/g, '');
}

/** `13800005678` in groups of 3, 4, 4 is `138 0000 5678`; anything else stays as typed. */
export function grouped(text: string, sizes: number[]): string {
  const digits = bare(text);
  const room = sizes.reduce((sum, n) => sum + n, 0);
  if (!/^\d*[Xx]?$/.test(digits) || digits.length > room) return text;
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at < digits.length) parts.push(digits.slice(at, at + size));
    at += size;
  }
  return parts.join(' ');
}

function show(input: HTMLInputElement, sizes: number[]): void {
  const after = grouped(input.value, sizes);
  if (after === input.value) return;
  const caret = input.selectionStart;
  const atEnd = caret === null || caret === input.value.length;
  const before = bare(input.value.slice(0, caret ?? 0)).length;
  input.value = after;
  if (atEnd || document.activeElement !== input) return;
  let place = 0;
  for (let seen = 0; seen < before && place < after.length; place += 1) if (after[place] !== ' ') seen += 1;
  input.setSelectionRange(place, place);
}

/** Digits are shown apart while typing and sent without the spaces. */
export function startGroups(root: ParentNode): void {
  for (const input of all<HTMLInputElement>(root, 'input[data-group]')) {
    const sizes = (input.dataset['group'] ?? '').split(' ').map(Number);
    show(input, sizes);
    input.addEventListener('input', (event) => {
      if (!(event as InputEvent).isComposing) show(input, sizes);
    });
    input.addEventListener('change', () => show(input, sizes));
    input.form?.addEventListener('formdata', (event) => {
      if (input.name && event.formData.has(input.name)) {
        const plain = bare(input.value);
        event.formData.set(input.name, /^\d*[Xx]?$/.test(plain) ? plain : input.value);
      }
    });
  }
}
