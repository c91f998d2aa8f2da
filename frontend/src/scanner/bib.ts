/** A bib as citizens see it on their pages: its figures apart from its letters, B 0387. Pure. */
export function shownBib(bib: string | null | undefined): string {
  return (bib ?? '').replace(/^(.*\D)(\d+)$/, '$1 $2');
}
