// Reads frames with the page's decoder and with jsQR, one after the other in one process, and prints JSON:
//   node scripts/decode-bench.mjs FOLDER
// FOLDER/frames.json lists {file, width, height, text}; each file holds 8-bit grey pixels. bench/decode.py calls it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

const require = createRequire(import.meta.url);
const jsQR = require('jsqr');
const settings = JSON.parse(readFileSync(new URL('../src/scanner/reading.json', import.meta.url), 'utf8'));
const wasm = readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm'));
const folder = process.argv[2];

await prepareZXingModule({ overrides: { wasmBinary: wasm }, fireImmediately: true });

async function ours(image, text) {
  const found = await readBarcodes(image, settings);
  return found.some((code) => code.isValid && code.text === text);
}

function theirs(image, text) {
  return jsQR(image.data, image.width, image.height)?.data === text;
}

async function timed(read, image, text) {
  const began = performance.now();
  const good = await read(image, text);
  return { good, ms: performance.now() - began };
}

const frames = JSON.parse(readFileSync(join(folder, 'frames.json'), 'utf8'));
const answers = [];
for (const [place, frame] of frames.entries()) {
  const grey = readFileSync(join(folder, frame.file));
  const data = new Uint8ClampedArray(grey.length * 4);
  const words = new Uint32Array(data.buffer);
  for (let at = 0; at < grey.length; at += 1) words[at] = 0xff000000 | (grey[at] * 0x010101);
  const image = { data, width: frame.width, height: frame.height, colorSpace: 'srgb' };
  if (place === 0) {
    await ours(image, frame.text); // the first call compiles
    theirs(image, frame.text);
  }
  answers.push({ ours: await timed(ours, image, frame.text), theirs: await timed(theirs, image, frame.text) });
}
console.log(JSON.stringify(answers));
