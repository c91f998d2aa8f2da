import htmx from 'htmx.org';
import { csrfToken } from './dom';

/** Parts of a page that renew themselves: htmx without eval, without its own styles, without a page cache. */
export function startFragments(start: (root: ParentNode) => void): void {
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  htmx.config.selfRequestsOnly = true;
  // Pages hold personal data: none of them goes into the browser's storage.
  htmx.config.historyCacheSize = 0;
  htmx.config.refreshOnHistoryMiss = true;
  document.addEventListener('htmx:configRequest', (event) => {
    const { detail } = event as CustomEvent<{ verb: string; headers: Record<string, string> }>;
    if (detail.verb !== 'get') detail.headers['X-CSRFToken'] = csrfToken();
  });
  // Nobody looks: nothing is asked.
  document.addEventListener('htmx:beforeRequest', (event) => {
    const { detail } = event as CustomEvent<{ requestConfig: { verb: string } }>;
    if (document.hidden && detail.requestConfig.verb === 'get') event.preventDefault();
  });
  htmx.onLoad((element) => {
    if (element !== document.body) start(element as HTMLElement);
  });
}
