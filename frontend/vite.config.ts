import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;
const entries = ['src/main.ts', 'src/office.ts', 'src/scanner/main.ts'];

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
  build: {
    outDir: '../app/static/dist',
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
