/**
 * Reads QR codes beside the page, so that the page never stutters. The reader
 * is zxing-cpp as wasm, served by this site.
 */

import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import reading from './reading.json';
import type { DecodeAnswer, DecodeRequest } from './decoder';

const scope = self as unknown as {
  /** The address of the wasm, given by the page. */
  readonly name: string;
  onmessage: ((event: MessageEvent<DecodeRequest>) => void) | null;
  postMessage(message: DecodeAnswer): void;
};

/**
 * QR alone: the noise of a camera reads as some bar code otherwise. Up to four,
 * since a pass may stand beside a poster. Plain: the reader must not dress up
 * what it read. The bench reads by the same settings.
 */
const LIVE = reading as ReaderOptions;

/** A photograph is read once: every effort is worth its time. */
const PHOTO: ReaderOptions = { ...LIVE, tryRotate: true, tryInvert: true, tryDenoise: true };

const ready = prepareZXingModule({
  overrides: {
    locateFile: (path: string, prefix: string) =>
      path.endsWith('.wasm') ? scope.name : prefix + path,
  },
  fireImmediately: true,
}) as Promise<unknown>;

let canvas: OffscreenCanvas | null = null;

function pixels(bitmap: ImageBitmap): ImageData {
  canvas ??= new OffscreenCanvas(bitmap.width, bitmap.height);
  if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
  if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
  const brush = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  brush.drawImage(bitmap, 0, 0);
  bitmap.close();
  return brush.getImageData(0, 0, canvas.width, canvas.height);
}

async function read(request: DecodeRequest): Promise<DecodeAnswer> {
  const began = performance.now();
  try {
    const image = 'bitmap' in request ? pixels(request.bitmap) : request.image;
    const found = await readBarcodes(image, request.photo ? PHOTO : LIVE);
    const texts = found.filter((code) => code.isValid).map((code) => code.text);
    return { id: request.id, texts, ms: performance.now() - began };
  } catch (error) {
    return { id: request.id, texts: [], ms: performance.now() - began, error: String(error) };
  }
}

ready.then(
  () => scope.postMessage({ id: 0, texts: [], ms: 0 }),
  (error: unknown) => scope.postMessage({ id: 0, texts: [], ms: 0, error: String(error) }),
);

scope.onmessage = (event) => {
  void read(event.data).then((answer) => scope.postMessage(answer));
};
