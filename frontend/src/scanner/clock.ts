/**
 * How far the phone's clock is from the server's. Each answer bears the
 * server's time; the sample with the shortest way there and back is believed.
 * The offset is sent with a scan and never changed afterwards.
 */

const KEEP_MS = 10 * 60 * 1000;
const LEAP_MS = 1000;

interface Sample {
  offset: number;
  trip: number;
  wall: number;
  steady: number;
}

export class ServerClock {
  private best: Sample | null = null;

  /**
   * @param known offset in ms from an earlier visit, when there is one
   * @param wall the phone's clock, ms since 1970
   * @param steady a clock that nobody sets, in ms
   */
  constructor(
    known: number | null = null,
    private readonly wall: () => number = () => Date.now(),
    private readonly steady: () => number = () => performance.now(),
  ) {
    if (known !== null) this.best = { offset: known, trip: Infinity, wall: wall(), steady: steady() };
  }

  /** One answer: `sent` is the phone's clock before the request, `serverTime` RFC 3339. */
  sample(sent: number, serverTime: string): void {
    const now = this.wall();
    const server = Date.parse(serverTime);
    const trip = now - sent;
    if (Number.isNaN(server) || trip < 0) return;
    const old = this.best === null || this.steady() - this.best.steady > KEEP_MS || this.setBack() !== 0;
    if (this.best !== null && !old && trip > this.best.trip) return;
    this.best = { offset: Math.round(server - (sent + now) / 2), trip, wall: now, steady: this.steady() };
  }

  /** ms to add to the phone's clock, or null when nothing is known. */
  offset(): number | null {
    return this.best === null ? null : this.best.offset + this.setBack();
  }

  /**
   * How far the phone's clock was set back since the sample. Forward it cannot
   * be told from a phone that slept, during which the steady clock may stand.
   */
  private setBack(): number {
    if (this.best === null) return 0;
    const leap = this.steady() - this.best.steady - (this.wall() - this.best.wall);
    return leap > LEAP_MS ? Math.round(leap) : 0;
  }
}
