// The office's desk: its styles, charts and a pad to sign on where there are any.
import './styles/office.scss';
import { startSignatures } from './page/signature';

async function charts(root: ParentNode): Promise<void> {
  const boxes = Array.from(root.querySelectorAll<HTMLElement>('[data-chart]'));
  if (root instanceof HTMLElement && root.matches('[data-chart]')) boxes.push(root);
  if (boxes.length === 0) return;
  const { drawChart } = await import('./charts/arrivals');
  for (const box of boxes) drawChart(box);
}

void charts(document);
startSignatures(document);
document.addEventListener('htmx:load', (event) => {
  if (event.target !== document.body) void charts(event.target as HTMLElement);
});
