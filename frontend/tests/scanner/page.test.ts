import { describe, expect, it } from 'vitest';
import { placeOf } from '../../src/scanner/platform';
import { mayUpdate } from '../../src/scanner/updates';

describe('a new release', () => {
  const now = 1_000_000;

  it('never comes in while something is unsent, nor before the day is over', () => {
    expect(mayUpdate(1, null, now)).toBe(false);
    expect(mayUpdate(1, now - 1, now)).toBe(false);
    expect(mayUpdate(0, now + 1, now)).toBe(false);
    expect(mayUpdate(0, Infinity, now)).toBe(false);
  });

  it('comes in afterwards, and on a phone that is no device', () => {
    expect(mayUpdate(0, now - 1, now)).toBe(true);
    expect(mayUpdate(0, null, now)).toBe(true);
  });
});

describe('the place it runs in', () => {
  it.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.50', 'wechat-iphone'],
    ['Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50', 'wechat'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1', 'iphone'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/137.0', 'other'],
  ])('%s', (agent, place) => {
    expect(placeOf(agent)).toBe(place);
  });
});
