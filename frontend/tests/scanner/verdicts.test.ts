import { describe, expect, it } from 'vitest';
import { canBeUndone, isRefusal, screenOf, teamScreen, verdictWord, wasTaken } from '../../src/scanner/verdicts';

const NOW = new Date('2021-09-18T01:30:00Z');

describe('the screen of a verdict', () => {
  it.each([
    ['accepted', 'accepted', '通过', 1000],
    ['repeat', 'repeat', '已签过', 2000],
    ['not_on_list', 'repeat', '不在名单', 2000],
    ['outside_hours', 'repeat', '不在签到时间', 2000],
    ['stored', 'repeat', '已记下', 2000],
    ['not_registered', 'refused', '没有报名', null],
    ['waitlisted', 'refused', '候补中', null],
    ['cancelled', 'refused', '报名已取消', null],
    ['revoked', 'refused', '码已换新', null],
    ['forged', 'refused', '不是相约的码', null],
    ['unknown', 'refused', '查不到', null],
    ['quarantined', 'refused', '待核对', null],
    ['foreign', 'refused', '不是相约的码', 2000],
  ])('%s is %s and says %s', (verdict, tone, word, leavesAfter) => {
    const screen = screenOf(verdict, 'waypoint', null, NOW);
    expect(screen.tone).toBe(tone);
    expect(screen.word.join('')).toBe(word);
    expect(screen.leavesAfter).toBe(leavesAfter);
  });

  it('says what to do last', () => {
    expect(screenOf('not_registered', null, null, NOW).lines[1]).toBe('请到服务台现场报名');
    expect(screenOf('accepted', 'start', null, NOW).lines).toEqual(['请放行']);
  });

  it('names the time of the first check-in, with its day when it was another one', () => {
    const today = { first_at: '2021-09-18T08:03:00+08:00' };
    expect(screenOf('repeat', 'start', today, NOW).lines).toEqual(['8:03 已签，不用再签', '请放行']);
    const before = { first_at: '2021-09-11T00:03:00Z' };
    expect(screenOf('repeat', 'start', before, NOW).lines[0]).toBe('9月11日 8:03 已签，不用再签');
  });

  it('stops a second handing out, where a second check-in is let through', () => {
    const result = { first_at: '2021-09-18T00:03:00Z' };
    const counter = screenOf('repeat', 'pickup', result, NOW);
    expect(counter.tone).toBe('refused');
    expect(counter.word).toEqual(['已领过']);
    expect(counter.lines).toEqual(['8:03 已领', '不要再发']);
    expect(counter.leavesAfter).toBeNull();
    expect(screenOf('repeat', 'finish', result, NOW).tone).toBe('repeat');
  });

  it('stops at a verdict that it does not know, in the words of the server', () => {
    const screen = screenOf('something_new', null, { message: '要再看看' }, NOW);
    expect(screen.tone).toBe('refused');
    expect(screen.lines).toEqual(['要再看看']);
    expect(screenOf('waitlisted', null, { message: '候补中，请到服务台' }, NOW).lines).toHaveLength(2);
  });
});

describe('a team', () => {
  it('is green only when everybody passed', () => {
    expect(teamScreen(12, [], 0)).toMatchObject({ tone: 'accepted', lines: ['12 人', '请放行'] });
    expect(teamScreen(10, [], 2).tone).toBe('repeat');
    const mixed = teamScreen(10, ['王建国 报名已取消'], 0);
    expect(mixed.tone).toBe('refused');
    expect(mixed.leavesAfter).toBeNull();
    expect(mixed.lines).toContain('王建国 报名已取消');
  });
});

describe('what may follow', () => {
  it('takes back only what let somebody through', () => {
    const undoable = ['accepted', 'repeat', 'not_on_list', 'outside_hours', 'stored', 'forged'].filter(canBeUndone);
    expect(undoable).toEqual(['accepted', 'not_on_list', 'outside_hours', 'stored']);
  });

  it('knows refusals, and an undo that the server did not take', () => {
    expect(isRefusal('not_registered')).toBe(true);
    expect(isRefusal('undo')).toBe(false);
    expect(isRefusal('repeat')).toBe(false);
    expect(wasTaken('undo')).toBe(true);
    expect(wasTaken('invalid')).toBe(false);
    expect(wasTaken(undefined)).toBe(false);
    expect(verdictWord('outside_hours')).toBe('不在签到时间');
  });
});
