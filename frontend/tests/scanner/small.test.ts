import { describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '../../src/scanner/api';
import { retryAfter, retryDelay } from '../../src/scanner/backoff';
import { cameraLabel, problemOf } from '../../src/scanner/camera';
import { ServerClock } from '../../src/scanner/clock';
import { GunBuffer } from '../../src/scanner/gun';
import { uuid7 } from '../../src/scanner/ids';
import { SeenCodes } from '../../src/scanner/seen';
import { clockTime, figure } from '../../src/scanner/times';
import { joinRefusal } from '../../src/scanner/views/join';
import { stateSentence } from '../../src/scanner/views/state';

describe('codes in view', () => {
  it('is silent while judging and for 2.5 s after the verdict, then speaks again', () => {
    const seen = new SeenCodes();
    expect(seen.take('a', 0)).toBe(true);
    expect(seen.take('a', 9000)).toBe(false);
    seen.judged('a', 10_000);
    expect(seen.take('a', 12_499)).toBe(false);
    expect(seen.take('b', 12_499)).toBe(true);
    expect(seen.take('a', 12_500)).toBe(true);
  });

  it('never finds a hand too soon, only twice at once', () => {
    const seen = new SeenCodes();
    expect(seen.take('a', 0, true)).toBe(true);
    expect(seen.take('a', 1, true)).toBe(false);
    seen.judged('a', 2);
    expect(seen.take('a', 3, true)).toBe(true);
  });

  it('speaks of a poster once for as long as it stays in view', () => {
    const seen = new SeenCodes();
    expect(seen.stranger('url', 0)).toBe(true);
    for (let now = 100; now < 20_000; now += 2000) expect(seen.stranger('url', now)).toBe(false);
    expect(seen.stranger('url', 30_000)).toBe(true);
  });
});

describe('scan gun', () => {
  it('keeps every space of a burst', () => {
    const gun = new GunBuffer();
    [...'A4  C D'].forEach((sign, place) => gun.push(sign, place * 10));
    expect(gun.end(80)).toBe('A4  C D');
    expect(gun.end(90)).toBeNull();
  });

  it('forgets what was typed long before, and takes no lone keys', () => {
    const gun = new GunBuffer();
    gun.push('x', 0);
    [...'12345678'].forEach((sign, place) => gun.push(sign, 5000 + place));
    expect(gun.end(5010)).toBe('12345678');
    gun.push('y', 9000);
    expect(gun.end(9001)).toBeNull();
    [...'12345678'].forEach((sign, place) => gun.push(sign, 20_000 + place));
    expect(gun.end(25_000)).toBeNull();
  });
});

describe('ids', () => {
  it('are UUIDv7 and rise within one millisecond, and when the clock steps back', () => {
    const ids = Array.from({ length: 5000 }, () => uuid7(1_631_923_200_000));
    ids.push(uuid7(1_631_923_100_000));
    expect(new Set(ids).size).toBe(5001);
    expect([...ids].sort()).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^017bf633-e00[01]-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});

describe('clock', () => {
  it('believes the sample with the shortest way, and adds half of it', () => {
    let now = 1_000_000;
    const clock = new ServerClock(null, () => now, () => now);
    expect(clock.offset()).toBeNull();
    now += 2000;
    clock.sample(1_000_000, new Date(1_061_000).toISOString());
    expect(clock.offset()).toBe(60_000);
    now += 100;
    clock.sample(now - 100, new Date(now - 50 + 60_400).toISOString());
    expect(clock.offset()).toBe(60_400);
    now += 5000;
    clock.sample(now - 5000, new Date(now).toISOString());
    expect(clock.offset()).toBe(60_400);
  });

  it('follows a clock that was set back', () => {
    let wall = 1_000_000;
    let steady = 0;
    const clock = new ServerClock(null, () => wall, () => steady);
    clock.sample(wall, new Date(wall).toISOString());
    wall -= 3_600_000 - 10_000;
    steady += 10_000;
    expect(clock.offset()).toBe(3_600_000);
  });

  it('starts from the last visit, and ignores an answer without a time', () => {
    const clock = new ServerClock(-1234, () => 0, () => 0);
    clock.sample(0, 'soon');
    expect(clock.offset()).toBe(-1234);
  });
});

describe('trying again', () => {
  it('doubles up to a minute, between half and all of it', () => {
    expect([1, 2, 3, 4, 7, 40].map((failures) => retryDelay(failures, null, () => 1))).toEqual([
      1000, 2000, 4000, 8000, 60_000, 60_000,
    ]);
    expect(retryDelay(3, null, () => 0)).toBe(2000);
    expect(retryDelay(1, 30_000, () => 0)).toBe(30_000);
  });

  it('reads Retry-After in seconds and as a date', () => {
    expect(retryAfter('7', 0)).toBe(7000);
    expect(retryAfter('Thu, 01 Jan 1970 00:01:00 GMT', 20_000)).toBe(40_000);
    expect(retryAfter(null, 0)).toBeNull();
    expect(retryAfter('soon', 0)).toBeNull();
  });
});

describe('sentences', () => {
  it('says times in the zone of the office', () => {
    const at = new Date('2021-09-18T00:03:00Z');
    expect(clockTime(at)).toBe('8:03');
    expect(clockTime(at, new Date('2021-09-18T15:59:00Z'))).toBe('8:03');
    expect(clockTime(at, new Date('2021-09-18T16:00:00Z'))).toBe('9月18日 8:03');
    expect(clockTime(new Date('2021-09-17T16:05:00Z'))).toBe('0:05');
    expect(figure(1120)).toBe('1,120');
  });

  it('says why the camera is missing', () => {
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'Odd'].map(problemOf)).toEqual([
      'refused',
      'none',
      'busy',
      'broken',
    ]);
    expect(cameraLabel('camera2 0, facing back', 0)).toBe('后置摄像头 1');
    expect(cameraLabel('FaceTime HD', 1)).toBe('前置摄像头 2');
    expect(cameraLabel('', 2)).toBe('摄像头 3');
  });

  it('says why joining failed', () => {
    expect(joinRefusal(new NetworkError('off'))).toMatch(/没有网络/);
    expect(joinRefusal(new ApiError(404, 'join_code_invalid', '这个码过期了。', null))).toBe('这个码过期了。');
    expect(joinRefusal(new ApiError(404, null, 'Not found', null))).toMatch(/找协调员要新的/);
    expect(joinRefusal(new ApiError(429, null, '太多', null))).toMatch(/过几分钟/);
    expect(joinRefusal(new ApiError(503, null, null, null))).toMatch(/过一会儿/);
  });

  it('says why rows still wait', () => {
    const state = { pending: 3, sending: false, lastSentAt: null, retryAt: null, problem: null };
    const now = new Date('2021-09-18T01:00:00Z');
    expect(stateSentence(state, true, now)).toMatch(/^有网时自动上传/);
    expect(stateSentence(state, false, now)).toMatch(/^现在没有网络/);
    expect(stateSentence({ ...state, problem: 'denied' }, false, now)).toMatch(/已停用/);
    expect(stateSentence({ ...state, pending: 0, lastSentAt: Date.parse('2021-09-18T00:41:00Z') }, true, now)).toBe(
      '上次上传 8:41',
    );
  });
});
