/**
 * Camera and decoder together: about nine frames a second while the page wants
 * them, never two at once, and nothing that one bad frame could stop.
 */

import { Camera, type CameraProblem } from './camera';
import { Decoder } from './decoder';

const EVERY_MS = 110;

export interface ReaderEvents {
  /** The texts of one frame that held any. */
  texts: (texts: string[]) => void;
  /** Why there is no picture; null when there is one. */
  trouble: (problem: CameraProblem | 'decoder' | null) => void;
  /** The camera runs: its light and its choice can be shown. */
  opened: () => void;
}

export class Reader {
  readonly camera: Camera;
  private readonly decoder = new Decoder();
  private reading = false;
  private wanted = false;
  private decodes = false;
  private remembered: string | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly events: ReaderEvents,
  ) {
    this.camera = new Camera(video, () => this.events.trouble('busy'));
    this.decoder.ready.then(
      () => {
        this.decodes = true;
      },
      () => this.events.trouble('decoder'),
    );
    document.addEventListener('visibilitychange', () => {
      // A hidden page gives the camera back, for the phone's battery and for other apps.
      if (document.visibilityState === 'hidden') this.camera.stop();
      else if (this.wanted) void this.open(this.remembered);
    });
  }

  /** Opens the camera, unless it runs already. */
  async start(chosen: string | null): Promise<void> {
    this.wanted = true;
    this.remembered = chosen;
    if (!this.camera.live) await this.open(chosen);
  }

  /** Opens another camera, or the same one again. */
  async restart(chosen: string | null): Promise<void> {
    this.wanted = true;
    await this.open(chosen);
  }

  stop(): void {
    this.wanted = false;
    this.camera.stop();
  }

  /** Whether frames are read: not while a panel lies over the picture. */
  read(on: boolean): void {
    if (on === this.reading) return;
    this.reading = on;
    if (!on) return;
    // Some phones pause a video that was covered.
    if (this.video.srcObject !== null && this.video.paused) void this.video.play().catch(() => undefined);
    void this.loop();
  }

  /** The texts in a photograph; rejects when the file is no picture. */
  async photo(file: Blob): Promise<string[]> {
    return (await this.decoder.photo(file)).texts;
  }

  private async open(chosen: string | null): Promise<void> {
    this.remembered = chosen;
    const problem = await this.camera.start(chosen);
    this.events.trouble(problem);
    if (problem === null) this.events.opened();
  }

  private async loop(): Promise<void> {
    while (this.reading) {
      const began = performance.now();
      if (this.decodes && this.camera.live) await this.one();
      await sleep(Math.max(10, EVERY_MS - (performance.now() - began)));
    }
  }

  private async one(): Promise<void> {
    try {
      const answer = await this.decoder.frame(this.video);
      this.video.dataset.ms = answer.ms.toFixed(1);
      if (this.reading && answer.texts.length > 0) this.events.texts(answer.texts);
    } catch {
      // A frame between two cameras has no picture: the next one will.
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
