import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const here = import.meta.dirname;
const built = resolve(here, '../app/static/dist');
const entries = ['src/main.ts', 'src/office.ts', 'src/volunteers.ts', 'src/scanner/main.ts', 'src/scanner/worker/main.ts'];

// The application serves x.js.br and x.js.gz in place of x.js, so that nothing packs them on each request.
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    closeBundle() {
      for (const name of readdirSync(built, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(js|css|svg|wasm)$/.test(name)) continue;
        const file = join(built, name);
        const bytes = readFileSync(file);
        if (bytes.length < 1000) continue;
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        const hints = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: hints }));
      }
    },
  };
}

export default defineConfig({
  root: here,
  // Relative addresses inside the build: the site may stand below a path of its own.
  base: './',
  publicDir: 'public',
  resolve: { alias: { '@': resolve(here, 'src') } },
  css: {
    preprocessorOptions: {
      scss: {
        loadPaths: [resolve(here, 'node_modules'), resolve(here, 'src/styles')],
        // Bootstrap 5.3 is written with @import and the old colour functions.
        quietDeps: true,
        silenceDeprecations: ['import', 'global-builtin', 'color-functions', 'if-function'],
      },
    },
  },
  plugins: [packed()],
  build: {
    outDir: built,
    emptyOutDir: true,
    manifest: true,
    target: ['es2020', 'safari15'],
    // Nothing becomes a data: address, which the CSP forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
    // ECharts, which only office pages with a chart load.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: entries.map((entry) => resolve(here, entry)),
      // htmx holds an eval that allowEval=false never reaches.
      checks: { eval: false },
    },
  },
  worker: { format: 'es' },
});
