import { describe, expect, it } from 'vitest';
import { Repeats } from '../../src/scanner/repeats';

describe('a code before the camera', () => {
  it('is read once while it stays there, however long', () => {
    const repeats = new Repeats();
    expect(repeats.isNew('a', 0)).toBe(true);
    for (let now = 100; now < 20_000; now += 100) expect(repeats.isNew('a', now)).toBe(false);
  });

  it('is read again when it comes back after a while, and another one at once', () => {
    const repeats = new Repeats();
    repeats.isNew('a', 0);
    expect(repeats.isNew('b', 100)).toBe(true);
    expect(repeats.isNew('b', 5000)).toBe(true);
    expect(repeats.isNew('a', 5100)).toBe(true);
  });

  it('is read again at once when it did not get through', () => {
    const repeats = new Repeats();
    repeats.isNew('a', 0);
    repeats.forget();
    expect(repeats.isNew('a', 100)).toBe(true);
  });
});
