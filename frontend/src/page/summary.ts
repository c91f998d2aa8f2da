/** After sending, the list of what is wrong takes the focus; its links go to the fields. */
export function startSummary(): void {
  const summary = document.querySelector<HTMLElement>('[data-summary]');
  if (!summary) return;
  // autofocus has done it where the browser knows it.
  requestAnimationFrame(() => {
    if (document.activeElement !== summary) summary.focus();
  });
  summary.addEventListener('click', (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const field = target.closest<HTMLElement>('.x-field') ?? target;
    field.scrollIntoView({ block: 'start' });
    const input = target.matches('input, select, textarea') ? target : target.querySelector<HTMLElement>('input');
    (input ?? target).focus({ preventScroll: true });
  });
}
