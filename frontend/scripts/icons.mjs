// Copies the icons named in icons.txt from @tabler/icons (MIT) to the templates, where they are
// inlined. The files are committed: the server needs no Node. Run `npm run icons` after a change
// of the list; icons that left the list are removed.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const from = join(here, '../node_modules/@tabler/icons/icons/outline');
const to = join(here, '../../app/web/templates/web/icons');
const names = readFileSync(join(here, '../icons.txt'), 'utf8').split('\n').map((n) => n.trim()).filter(Boolean);

mkdirSync(to, { recursive: true });
for (const file of readdirSync(to)) {
  if (!names.includes(file.replace(/\.svg$/, ''))) rmSync(join(to, file));
}
for (const name of names) {
  const source = readFileSync(join(from, `${name}.svg`), 'utf8');
  const inner = source
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<path stroke="none"[^>]*\/>/g, '')
    .replace(/\s*\n\s*/g, '')
    .replace(/ \/>/g, '/>');
  writeFileSync(
    join(to, `${name}.svg`),
    `<svg class="x-icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${inner}</svg>`,
  );
}
