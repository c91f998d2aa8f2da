/**
 * A new release of the page waits: until nothing is unsent and the activity's
 * day is over, or until the volunteer asks for it.
 */

const ASK_EVERY_MS = 60 * 60 * 1000;

/** Whether a release that waits may come in by itself. Pure. */
export function mayUpdate(pending: number, endsAt: number | null, now: number): boolean {
  if (pending > 0) return false;
  return endsAt === null || now > endsAt;
}

export class Updates {
  private registration: ServiceWorkerRegistration | null = null;
  private where: { worker: string; scope: string } | null = null;
  private letIn = false;
  private asked = Date.now();

  /** @param onWaiting a release waits, or waits no more */
  constructor(private readonly onWaiting: (waits: boolean) => void) {}

  get waits(): boolean {
    return this.registration?.waiting != null && navigator.serviceWorker.controller !== null;
  }

  /** Registers the worker; nothing happens where the browser has none (WeChat on iPhone, plain http). */
  async start(worker: string | undefined, scope: string): Promise<void> {
    if (worker === undefined || !('serviceWorker' in navigator)) return;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (this.letIn) location.reload();
    });
    this.where = { worker, scope };
    await this.register();
  }

  private async register(): Promise<void> {
    if (this.where === null) return;
    const { worker, scope } = this.where;
    try {
      this.registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: 'none' });
    } catch {
      return;
    }
    this.registration.addEventListener('updatefound', () => this.watch(this.registration?.installing ?? null));
    this.watch(this.registration.installing);
    this.onWaiting(this.waits);
  }

  /** Once a minute: keeps the page where that did not succeed before; looks for a new release once an hour. */
  look(): void {
    const { active, installing, waiting } = this.registration ?? {};
    if (this.where !== null && !(active ?? installing ?? waiting)) {
      // The network broke off while the page's files were fetched: a browser does not try again by itself.
      void this.register();
      return;
    }
    if (this.registration === null || Date.now() - this.asked < ASK_EVERY_MS) return;
    this.asked = Date.now();
    void this.registration.update().catch(() => undefined);
  }

  /** Lets the waiting release in, which opens the page anew. */
  now(): void {
    if (!this.waits) return;
    this.letIn = true;
    this.registration?.waiting?.postMessage('activate');
  }

  private watch(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' || worker.state === 'activated') this.onWaiting(this.waits);
    });
  }
}
