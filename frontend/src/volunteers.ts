// Volunteers signed in and out by the camera: the reader of the check-in page, and the verdict as the server words it.
import { all } from './page/dom';
import { classify } from './scanner/codes';
import { listenToGun } from './scanner/gun';
import { stayAwake } from './scanner/camera';
import { Reader } from './scanner/reader';
import { Repeats } from './scanner/repeats';
import { Signals } from './scanner/signals';
import type { Tone } from './scanner/verdicts';
import { texts } from './texts/scanner';

const PATIENCE_MS = 15_000;

class Desk {
  private readonly form = document.getElementById('camera-form') as HTMLFormElement;
  private readonly answer = document.getElementById('camera-verdict') as HTMLElement;
  private readonly trouble = document.getElementById('camera-trouble') as HTMLElement;
  private readonly video = document.getElementById('camera-video') as HTMLVideoElement;
  private readonly signals = new Signals();
  private readonly repeats = new Repeats();
  private busy = false;

  constructor(private readonly root: HTMLElement) {}

  start(): void {
    const reader = new Reader(this.video, {
      texts: (read) => this.read(read),
      trouble: (problem) => this.say(problem),
      opened: () => undefined,
    });
    document.addEventListener('pointerdown', () => this.signals.unlock());
    listenToGun((text) => void this.send(text));
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.send(this.typed().value);
    });
    void stayAwake();
    void reader.start(null);
    reader.read(true);
  }

  private typed(): HTMLInputElement {
    return all<HTMLInputElement>(this.form, 'input[name=sign-named]')[0] as HTMLInputElement;
  }

  /** A frame held codes: the first of ours goes; one that stays before the camera goes once. */
  private read(found: string[]): void {
    const ours = found.find((text) => classify(text).kind !== 'foreign');
    const text = ours ?? (found[0] as string);
    if (this.busy || !this.repeats.isNew(text, performance.now())) return;
    if (ours === undefined) this.show('refused', this.root.dataset.foreign ?? '');
    else void this.send(ours);
  }

  private async send(text: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const body = new FormData(this.form);
    body.set('sign-named', text);
    const give = new AbortController();
    const timer = setTimeout(() => give.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(this.form.action, { method: 'POST', body, signal: give.signal });
      // Signed out meanwhile: the page itself says so.
      if (answer.redirected) location.reload();
      else this.take(answer.status, await answer.text());
    } catch {
      this.show('refused', this.root.dataset.offline ?? '');
      this.repeats.forget();
    } finally {
      clearTimeout(timer);
      this.busy = false;
    }
  }

  private take(status: number, html: string): void {
    const part = new DOMParser().parseFromString(html, 'text/html').querySelector('.x-cam__verdict');
    if (part === null || (status !== 200 && status !== 422)) {
      this.show('refused', this.root.dataset.again ?? '');
      this.repeats.forget();
      return;
    }
    this.answer.replaceChildren(document.importNode(part, true));
    const tone = part.getAttribute('data-tone') as Tone;
    this.signals.play(tone);
    if (tone === 'accepted') this.typed().value = '';
  }

  private show(tone: Tone, text: string): void {
    const box = document.createElement('div');
    box.className = 'x-cam__verdict';
    box.dataset.tone = tone;
    box.append(Object.assign(document.createElement('p'), { textContent: text }));
    this.answer.replaceChildren(box);
    this.signals.play(tone);
  }

  private say(problem: keyof typeof texts.camera | null): void {
    this.trouble.hidden = problem === null;
    this.video.hidden = problem !== null;
    if (problem === null) return;
    const lines = [texts.camera[problem][0], this.root.dataset.instead];
    all(this.trouble, 'p').forEach((line, place) => {
      line.textContent = lines[place] ?? '';
    });
  }
}

const root = document.getElementById('camera');
if (root !== null) new Desk(root).start();
