import { texts } from '../texts/page';
import { all, announce } from './dom';

const TOAST_MS = 8000;
const COPIED_MS = 3000;

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return;
  }
  const before = Array.from(button.childNodes);
  const done = button.dataset['copied'] ?? texts.copied;
  button.replaceChildren(done);
  announce(done);
  setTimeout(() => button.replaceChildren(...before), COPIED_MS);
}

/** Buttons that only a script can serve stand hidden in the page and are shown here. */
export function startTools(root: ParentNode): void {
  for (const button of all<HTMLButtonElement>(root, 'button[data-print]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
  for (const button of all<HTMLButtonElement>(root, 'button[data-copy]')) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener('click', () => void copy(button, button.dataset['copy'] ?? ''));
  }
  for (const button of all<HTMLButtonElement>(root, 'button[data-share]')) {
    const title = button.dataset['share'] || document.title;
    const url = location.href.split('#')[0] ?? location.href;
    if (typeof navigator.share === 'function') {
      button.addEventListener('click', () => void navigator.share({ title, url }).catch(() => undefined));
    } else if (navigator.clipboard) {
      button.dataset['copied'] ??= texts.linkCopied;
      button.addEventListener('click', () => void copy(button, url));
    } else {
      continue;
    }
    button.hidden = false;
  }
}

/** A toast leaves after 8 s, and stays while somebody is on it. */
export function startToasts(root: ParentNode): void {
  for (const toast of all(root, '[data-toast]')) {
    const leave = (): void => {
      if (toast.matches(':hover, :focus-within')) setTimeout(leave, 1000);
      else toast.remove();
    };
    setTimeout(leave, TOAST_MS);
  }
}

/** Where a code is shown the screen stays awake; brightness is the reader's own hand. */
export function startWake(root: ParentNode): void {
  if (all(root, '[data-wake]').length === 0 || !('wakeLock' in navigator)) return;
  const hold = (): void => {
    if (document.visibilityState === 'visible') void navigator.wakeLock.request('screen').catch(() => undefined);
  };
  document.addEventListener('visibilitychange', hold);
  hold();
}
