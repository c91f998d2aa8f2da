import { all } from './dom';

const WIDTH = 600;
const HEIGHT = 200;
const PEN = 3;

/** A pad to sign on with a finger, pen or mouse. What was drawn travels as a PNG in a hidden input. */
class Pad {
  private readonly canvas = document.createElement('canvas');
  private readonly pen = this.canvas.getContext('2d');
  private last: { x: number; y: number } | null = null;
  private drawn = false;

  constructor(
    private readonly box: HTMLElement,
    private readonly input: HTMLInputElement,
  ) {}

  start(): void {
    if (this.pen === null) return;
    this.canvas.width = WIDTH;
    this.canvas.height = HEIGHT;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', this.box.dataset.label ?? '');
    this.pen.lineWidth = PEN;
    this.pen.lineCap = this.pen.lineJoin = 'round';
    this.canvas.addEventListener('pointerdown', (event) => this.down(event));
    this.canvas.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel'] as const)
      this.canvas.addEventListener(end, () => this.up());
    this.box.querySelector('button')?.addEventListener('click', () => this.clear());
    this.input.before(this.canvas);
    this.box.hidden = false;
    if (this.input.value !== '') this.restore();
  }

  /** After a page that refused another input, the signature stands there again. */
  private restore(): void {
    const kept = new Image();
    kept.onload = () => this.pen?.drawImage(kept, 0, 0);
    kept.src = this.input.value;
    this.drawn = true;
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const edge = this.canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - edge.left) * WIDTH) / edge.width,
      y: ((event.clientY - edge.top) * HEIGHT) / edge.height,
    };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    this.line(this.last);
  }

  private move(event: PointerEvent): void {
    if (this.last !== null) this.line(this.at(event));
  }

  private line(to: { x: number; y: number }): void {
    const from = this.last;
    if (this.pen === null || from === null) return;
    this.pen.beginPath();
    this.pen.moveTo(from.x, from.y);
    this.pen.lineTo(to.x, to.y);
    this.pen.stroke();
    this.last = to;
    this.drawn = true;
  }

  private up(): void {
    this.last = null;
    if (this.drawn) this.input.value = this.canvas.toDataURL('image/png');
  }

  private clear(): void {
    this.pen?.clearRect(0, 0, WIDTH, HEIGHT);
    this.drawn = false;
    this.input.value = '';
  }
}

export function startSignatures(root: ParentNode): void {
  for (const box of all(root, '[data-signature]')) {
    const input = document.getElementById(box.dataset.signature ?? '');
    if (input instanceof HTMLInputElement) new Pad(box, input).start();
  }
}
