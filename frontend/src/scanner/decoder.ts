/** The page's side of the reading worker. */

import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import DecodeWorker from './decode.worker?worker';

/** One frame; `photo` asks for every effort. Answer 0 says that the reader has loaded. */
export type DecodeRequest = { id: number; photo: boolean } & ({ bitmap: ImageBitmap } | { image: ImageData });

export interface DecodeAnswer {
  id: number;
  texts: string[];
  ms: number;
  error?: string;
}

const LONG_SIDE = 1280;
const PHOTO_SIDE = 2400;

/** Whether a worker can take the picture apart itself (Safari from 16.4). */
const OFFSCREEN = typeof OffscreenCanvas !== 'undefined' && typeof createImageBitmap === 'function';

export class Decoder {
  // The page knows the reader's address and the worker hears it as its name: so the build lists the file once.
  private readonly worker = new DecodeWorker({ name: new URL(wasmUrl, import.meta.url).href });
  private readonly waiting = new Map<number, (answer: DecodeAnswer) => void>();
  private readonly canvas = document.createElement('canvas');
  private last = 0;
  /** Resolves when frames can be read; rejects where the reader does not start. */
  readonly ready: Promise<void>;

  constructor() {
    this.ready = new Promise((resolve, reject) => {
      this.waiting.set(0, (answer) => (answer.error === undefined ? resolve() : reject(new Error(answer.error))));
      this.worker.onerror = (event) => {
        reject(new Error(event.message || 'worker'));
        this.fail();
      };
    });
    // Whoever asks for it hears of the failure; nobody else has to.
    this.ready.catch(() => undefined);
    this.worker.onmessage = (event: MessageEvent<DecodeAnswer>) => {
      const done = this.waiting.get(event.data.id);
      this.waiting.delete(event.data.id);
      done?.(event.data);
    };
  }

  /** The texts in the video's present frame. */
  async frame(video: HTMLVideoElement): Promise<DecodeAnswer> {
    const size = fit(video.videoWidth, video.videoHeight, LONG_SIDE);
    if (OFFSCREEN && size.width === video.videoWidth) {
      const bitmap = await createImageBitmap(video);
      return this.ask((id) => ({ id, photo: false, bitmap }), [bitmap]);
    }
    return this.draw(video, size, false);
  }

  /** The texts in a photograph; rejects when the file is no picture. */
  async photo(file: Blob): Promise<DecodeAnswer> {
    const bitmap = await createImageBitmap(file);
    const answer = await this.draw(bitmap, fit(bitmap.width, bitmap.height, PHOTO_SIDE), true);
    bitmap.close();
    return answer;
  }

  private draw(source: CanvasImageSource, size: Size, photo: boolean): Promise<DecodeAnswer> {
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    const brush = this.canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
    brush.drawImage(source, 0, 0, size.width, size.height);
    const image = brush.getImageData(0, 0, size.width, size.height);
    return this.ask((id) => ({ id, photo, image }), [image.data.buffer]);
  }

  private ask(make: (id: number) => DecodeRequest, transfer: Transferable[]): Promise<DecodeAnswer> {
    this.last += 1;
    const id = this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage(make(id), transfer);
    });
  }

  private fail(): void {
    for (const [id, done] of this.waiting) if (id > 0) done({ id, texts: [], ms: 0, error: 'worker' });
    this.waiting.clear();
  }
}

interface Size {
  width: number;
  height: number;
}

function fit(width: number, height: number, longest: number): Size {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
