import { all, controls, csrfToken, type Control } from './dom';

// What a person typed stays on their own device until the server has taken it.
const PREFIX = 'x-draft:';
const KEEP_MS = 7 * 24 * 3600 * 1000;
const LOCAL_AFTER_MS = 400;
const SERVER_AFTER_MS = 2000;

interface Draft {
  at: number;
  values: Record<string, string[]>;
}

/** Never kept in the browser: marked fields, passwords, files, and anything that looks like an ID number. */
function isPrivate(el: Control): boolean {
  if ('private' in el.dataset || el.closest('[data-private]')) return true;
  if (['password', 'file'].includes(el.type) || el.autocomplete === 'one-time-code') return true;
  return /(^|\D)(\d{17}[\dXx]|\d{15})(\D|$)/.test(el.value.replace(/[\s-]/g, ''));
}

function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + key) ?? 'null') as Draft | null;
    return draft && Date.now() - draft.at < KEEP_MS ? draft : null;
  } catch {
    return null;
  }
}

function write(key: string, form: HTMLFormElement): void {
  const values: Record<string, string[]> = {};
  for (const el of controls(form)) {
    if (isPrivate(el)) continue;
    const list = (values[el.name] ??= []);
    if (el instanceof HTMLInputElement && (el.type === 'radio' || el.type === 'checkbox')) {
      if (el.checked) list.push(el.value);
    } else if (el instanceof HTMLSelectElement && el.multiple) {
      list.push(...Array.from(el.selectedOptions, (o) => o.value));
    } else {
      list.push(el.value);
    }
  }
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values } satisfies Draft));
  } catch {
    // A full or forbidden store: the page works without the draft.
  }
}

/** Fill what stands empty; what the server has filled in wins. Returns whether anything came back. */
function restore(form: HTMLFormElement, draft: Draft): boolean {
  let came = false;
  for (const el of controls(form)) {
    const kept = draft.values[el.name];
    if (!kept || isPrivate(el) || el.disabled) continue;
    if (el instanceof HTMLInputElement && (el.type === 'radio' || el.type === 'checkbox')) {
      const on = kept.includes(el.value);
      if (el.type === 'radio' && !on) continue;
      came ||= el.checked !== on;
      el.checked = on;
    } else if (el instanceof HTMLSelectElement) {
      for (const option of el.options) option.selected = kept.includes(option.value);
      came = true;
    } else if (el.value === '' && kept[0]) {
      el.value = kept[0];
      came = true;
    }
  }
  return came;
}

function send(form: HTMLFormElement, url: string): void {
  const data = new FormData(form);
  for (const el of controls(form)) if (el.type === 'file') data.delete(el.name);
  void fetch(url, {
    method: 'POST',
    body: data,
    headers: { 'X-CSRFToken': csrfToken(), 'X-Draft': '1' },
    keepalive: true,
  }).catch(() => undefined);
}

function clear(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing to clear where nothing can be kept.
  }
}

/** Forget every draft: somebody signs out of this device. */
function clearAll(): void {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  } catch {
    // As above.
  }
}

function keep(form: HTMLFormElement): void {
  const key = form.dataset['draft'] ?? '';
  const url = form.dataset['draftUrl'];
  // After a refusal the server shows again what was sent: that is newer than the draft.
  const refused = form.querySelector('[data-summary], [aria-invalid="true"]') !== null;
  const draft = refused ? null : read(key);
  if (draft && restore(form, draft)) {
    for (const note of all(form, '[data-draft-restored]')) note.hidden = false;
    form.dispatchEvent(new Event('change', { bubbles: true }));
  }
  let local = 0;
  let remote = 0;
  const changed = (): void => {
    clearTimeout(local);
    local = window.setTimeout(() => write(key, form), LOCAL_AFTER_MS);
    if (!url) return;
    clearTimeout(remote);
    remote = window.setTimeout(() => {
      remote = 0;
      send(form, url);
    }, SERVER_AFTER_MS);
  };
  form.addEventListener('input', changed);
  form.addEventListener('change', (event) => {
    if (event.target !== form) changed();
  });
  form.addEventListener('submit', () => {
    clearTimeout(remote);
    remote = 0;
  });
  window.addEventListener('pagehide', () => {
    if (local) write(key, form);
    if (remote && url) send(form, url);
  });
}

export function startDrafts(root: ParentNode): void {
  for (const done of all(root, '[data-draft-done]')) clear(done.dataset['draftDone'] ?? '');
  for (const form of all<HTMLFormElement>(root, 'form[data-draft]')) keep(form);
  for (const form of all<HTMLFormElement>(root, 'form[data-forget]')) form.addEventListener('submit', clearAll);
}
