/**
 * From a read text to a verdict on the screen: written down, sent, answered,
 * taken back. One bad scan never blocks the next, and a new one always wins.
 */

import { texts } from '../texts/scanner';
import { texts as said } from '../texts/verdicts';
import { shownBib } from './bib';
import { classify, type ReadText } from './codes';
import type { Judged } from './offline/judge';
import type { PhoneList } from './offline/list';
import { correctedScreen, ownScreen } from './offline/screens';
import type { QueueState, ScanContext, ScanQueue } from './queue';
import type { Last, Scan, ScanningViews } from './scan';
import type { SeenCodes } from './seen';
import type { Session } from './session';
import { clockTime, figure } from './times';
import type { Counts, QueueRow, ScanResult, ScanSubject, SearchHit, Team } from './types';
import { canBeUndone, isRefusal, screenOf, teamScreen, verdictWord, wasTaken, type LocalVerdict, type Screen } from './verdicts';
import type { LastScan } from './views/ready';
import { Waiting } from './waiting';

/** How long the server may think where the phone cannot tell by itself. */
const PATIENCE_MS = 1500;
/** The last request got no answer: the next one need not be waited for as long. */
const SHORT_PATIENCE_MS = 700;
/** How long the server may still correct what the phone has said, while nobody else was read. */
const CORRECT_MS = 6000;
/** How long the answer to something typed or chosen is safe from the next phone in the queue. */
const HAND_MS = 800;

export class Scanning {
  private turn = 0;
  private readonly waiting: Waiting;
  private last: Last | null = null;
  private counts: Counts | null = null;
  private trouble: QueueState['problem'] = null;
  private taking = false;
  /** Until then the camera keeps quiet: the volunteer is looking at what a hand has done. */
  private quietUntil = 0;

  constructor(
    private readonly session: Session,
    private readonly queue: ScanQueue,
    private readonly seen: SeenCodes,
    private readonly list: PhoneList,
    private readonly views: ScanningViews,
  ) {
    this.waiting = new Waiting(queue);
  }

  /** What one frame held: a pass before a code, and what is not ours only when nothing else goes on. */
  texts(held: readonly string[]): void {
    if (Date.now() < this.quietUntil) return;
    const reads = held.map((text) => ({ text, read: classify(text) }));
    const ours = reads.find(({ read }) => read.kind === 'pass') ?? reads.find(({ read }) => read.kind === 'code');
    if (ours !== undefined) {
      this.read(ours.read, false);
      return;
    }
    const now = Date.now();
    const news = reads.filter(({ text }) => this.seen.stranger(text, now));
    if (news.length > 0 && this.views.page.screen === 'ready' && !this.waiting.any) this.stranger();
  }

  /** A scan gun's burst: deliberate, so it is always answered. */
  typed(text: string): void {
    this.read(classify(text));
  }

  read(read: ReadText, byHand = true): void {
    if (read.kind === 'pass') void this.scan({ pass: read.pass }, `p:${read.pass}`, byHand);
    else if (read.kind === 'code') void this.scan({ code: read.code }, `c:${read.code}`, byHand);
    else this.local(read.kind);
  }

  found(hit: SearchHit): void {
    void this.scan({ registration: hit.registration }, `r:${hit.registration}`, true);
  }

  /** A verdict of the phone's own on what a hand has given it; nothing is stored. */
  local(verdict: LocalVerdict): void {
    this.newTurn();
    this.show(verdict, null, null);
    this.quietUntil = Date.now() + HAND_MS;
  }

  private stranger(): void {
    this.newTurn();
    this.show('foreign', null, null);
  }

  /** The verdict left the screen. The server may still correct it for a moment. */
  left(): void {
    this.toReady();
  }

  toReady(): void {
    this.views.ready.hint('idle');
    this.views.page.show('ready');
  }

  setCounts(counts: Counts): void {
    this.counts = counts;
    this.views.ready.counts(counts);
  }

  hear(state: QueueState): void {
    this.trouble = state.problem;
  }

  /** Another device or checkpoint: the last one is not this one's to take back. */
  reset(): void {
    this.newTurn();
    this.last = null;
    this.counts = null;
    this.views.ready.last(null);
  }

  private async scan(subject: ScanSubject, key: string, byHand: boolean, heads: number | null = null): Promise<void> {
    if (!this.seen.take(key, Date.now(), byHand)) return;
    const turn = this.newTurn();
    const before = this.counts?.checkpoint ?? null;
    if (byHand) this.quietUntil = Infinity;
    this.views.ready.hint('busy');
    this.views.page.show('ready');
    try {
      const at = new Date();
      const own = await this.judge(subject, at);
      if (own?.verdict === 'team_partial' && heads === null && this.cutOff) {
        this.views.heads.open(own.headcount, (count) => void this.scan(subject, key, true, count));
        return;
      }
      const [row] = await this.store([subject], this.context(own, heads), at);
      if (row !== undefined) await this.answerTo({ turn, row, key, own, before });
    } catch {
      if (turn === this.turn) this.show('unsaved', null, null);
    } finally {
      this.seen.judged(key, Date.now());
      if (byHand) this.quietUntil = Date.now() + HAND_MS;
    }
  }

  /** The phone's own word at once where it is sure; else the server's, if that comes in time. */
  private async answerTo(scan: Scan): Promise<void> {
    const { turn, row, key, own, before } = scan;
    if (own?.sure === true) {
      const newer = turn !== this.turn;
      const answer = newer ? null : this.waiting.answer(row.id);
      void this.queue.sync();
      if (answer === null) return this.remember(turn, [row], key, 'stored', null);
      if (own.verdict === 'accepted') this.counted(before, 1);
      this.sayOwn(scan);
      this.awaitWord(scan, answer);
      return;
    }
    const [result] = await this.waiting.answers([row.id], this.patience());
    if (turn !== this.turn) {
      // A newer code has the screen; this one can be taken back until that one can.
      this.remember(turn, [row], key, 'stored', null);
      return;
    }
    if (result != null) {
      this.conclude(scan, result, false);
      return;
    }
    this.sayOwn(scan);
    this.awaitWord(scan, this.waiting.answer(row.id));
  }

  private sayOwn({ turn, row, key, own }: Scan): void {
    const verdict = own?.verdict ?? 'stored';
    const said = own === null ? null : { bib: own.bib, category: own.category };
    this.remember(turn, [row], key, verdict, said);
    const kind = this.session.checkpoint?.kind ?? null;
    const screen = own === null ? null : ownScreen(own, kind, this.list.age, row.item.headcount ?? null, new Date());
    this.show(verdict, said, screen);
  }

  /** The server's word on what the phone has said already: a name, or a correction. */
  private awaitWord(scan: Scan, answer: Promise<ScanResult>): void {
    void answer.then((result) => {
      this.seen.judged(scan.key, Date.now());
      if (scan.turn === this.turn && this.views.page.screen !== 'team') this.conclude(scan, result, true);
    });
    setTimeout(() => {
      if (scan.turn === this.turn) this.waiting.release();
    }, CORRECT_MS);
  }

  /** @param late the phone's own word was on the screen before */
  private conclude({ turn, row, key, own, before }: Scan, result: ScanResult, late: boolean): void {
    if (isNew(result)) this.counted(before, 1);
    const verdict = result.verdict ?? 'id_conflict';
    const on = this.views.page.screen === 'verdict';
    this.waiting.release();
    if (verdict === 'team_partial' && result.team) {
      this.views.verdict.cancel();
      this.views.team.open(result.team);
      return;
    }
    this.remember(turn, [row], key, verdict, result);
    const screen = this.screen(verdict, result);
    if (!late || own === null) {
      if (!late || on) this.show(verdict, result, screen);
    } else if (verdict !== own.verdict) {
      this.show(verdict, result, correctedScreen(screen, own.verdict));
    } else if (on) {
      this.views.verdict.enrich(result, this.footnote(verdict));
    }
  }

  private async judge(subject: ScanSubject, at: Date): Promise<Judged | null> {
    const checkpoint = this.session.device?.checkpoint ?? null;
    if (checkpoint === null || !('pass' in subject || 'code' in subject)) return null;
    return this.list.judge(subject, checkpoint, at.getTime() + this.queue.offset);
  }

  private context(own: Judged | null, heads: number | null): ScanContext {
    const headcount = heads ?? own?.headcount ?? null;
    const number = own === null ? null : (this.list.bundle?.number ?? null);
    return {
      shown: own?.verdict ?? 'stored',
      ...(number === null ? {} : { bundle: number }),
      ...(headcount === null ? {} : { headcount }),
    };
  }

  /** The members that the volunteer left ticked, each a scan of its own. */
  async sendTeam(registrations: readonly string[], team: Team): Promise<void> {
    if (this.taking) return;
    this.taking = true;
    this.quietUntil = Infinity;
    const turn = this.newTurn();
    this.views.ready.hint('busy');
    this.views.page.show('ready');
    try {
      const rows = await this.store(registrations.map((registration) => ({ registration })));
      const results = await this.waiting.answers(rows.map((row) => row.id), this.patience());
      this.teamDone(rows, results, team, turn);
    } catch {
      if (turn === this.turn) this.show('unsaved', null, null);
    } finally {
      this.taking = false;
      this.quietUntil = Date.now() + HAND_MS;
    }
  }

  private teamDone(rows: readonly QueueRow[], results: (ScanResult | null)[], team: Team, turn: number): void {
    const verdicts = results.map((result) => (result === null ? null : (result.verdict ?? 'id_conflict')));
    const names = new Map(team.members.map((member) => [member.registration, member.name]));
    const others = rows.flatMap((row, place) => {
      const verdict = verdicts[place] ?? null;
      if (verdict === null || !isRefusal(verdict)) return [];
      const who = 'registration' in row.item ? names.get(row.item.registration) : undefined;
      return [`${who ?? ''} ${verdictWord(verdict)}`.trim()];
    });
    const stored = verdicts.filter((verdict) => verdict === null).length;
    const passed = rows.length - stored - others.length;
    const good = rows.filter((_row, place) => !isRefusal(verdicts[place] ?? 'stored'));
    if (good.length > 0) {
      const label = texts.teamLabel(team.name, good.length);
      this.last = { turn, scans: good.map((row) => row.id), people: good.length, key: null, label, undoes: null };
      this.tellLast(verdictWord('accepted'));
    }
    if (turn !== this.turn) return;
    this.show('team', { name: team.name }, teamScreen(passed, others, stored));
  }

  /** Takes the last one back, or takes that back again. */
  async undo(): Promise<void> {
    const last = this.last;
    if (last === null || this.taking) return;
    this.taking = true;
    const before = this.counts?.checkpoint ?? null;
    this.views.ready.last({ text: last.undoes === null ? texts.undoing : texts.redoing, act: null });
    try {
      const rows = await this.store((last.undoes ?? last.scans).map((undoes) => ({ undoes })));
      const results = await this.waiting.answers(rows.map((row) => row.id), this.patience());
      const back = last.undoes !== null ? 1 : -1;
      if (results.every((result) => wasTaken(result?.verdict))) this.counted(before, back * last.people);
      if (this.last === last) this.undone(last, rows, results);
      // The phone may still be in view: it is not to be read again in the same breath.
      if (last.key !== null) this.seen.judged(last.key, Date.now());
    } catch {
      if (this.last === last) this.views.ready.last({ text: texts.notStored, act: 'undo' });
    } finally {
      this.taking = false;
    }
  }

  private undone(last: Last, rows: readonly QueueRow[], results: (ScanResult | null)[]): void {
    if (results.some((result) => result !== null && !wasTaken(result.verdict))) {
      this.tell({ text: texts.notUndone, act: null });
      return;
    }
    const back = last.undoes !== null;
    this.last = { ...last, undoes: back ? null : rows.map((row) => row.id) };
    const done = back ? texts.redone(last.label) : texts.undone(last.label);
    this.tell({ text: done + (results.includes(null) ? texts.later : ''), act: back ? 'undo' : 'redo' });
  }

  /** The server's count may be two seconds old: what this phone has just done is in it all the same. */
  private counted(before: number | null, change: number): void {
    if (before === null || this.counts === null) return;
    const { checkpoint } = this.counts;
    const expected = before + change;
    const stale = change > 0 ? checkpoint < expected : checkpoint > expected;
    if (stale) this.setCounts({ ...this.counts, checkpoint: expected });
  }

  private async store(
    subjects: readonly ScanSubject[],
    context: ScanContext = {},
    at: Date = new Date(),
  ): Promise<QueueRow[]> {
    const device = this.session.device;
    if (device === null) throw new Error('no device');
    const rows = await this.queue.record(device.id, subjects, device.checkpoint, context, at);
    for (const row of rows) this.list.before.note(row);
    return rows;
  }

  /** No answer can be expected: the phone has no network, or has just found none. */
  private get cutOff(): boolean {
    return !navigator.onLine || this.trouble === 'network';
  }

  private patience(): number {
    if (!navigator.onLine) return 0;
    return this.trouble === null ? PATIENCE_MS : SHORT_PATIENCE_MS;
  }

  private newTurn(): number {
    this.turn += 1;
    this.views.verdict.cancel();
    this.waiting.release();
    return this.turn;
  }

  private screen(verdict: string, result: ScanResult | null): Screen {
    return screenOf(verdict, this.session.checkpoint?.kind ?? null, result, new Date());
  }

  private show(verdict: string, person: ScanResult | null, screen: Screen | null): void {
    const shown = screen ?? this.screen(verdict, person);
    this.views.verdict.show(verdict, shown, person, this.footnote(verdict));
  }

  private footnote(verdict: string): string {
    if (this.counts === null || !['accepted', 'outside_hours'].includes(verdict)) return '';
    return said.nth(figure(this.counts.checkpoint));
  }

  /** A refusal or a repeat leaves the last one as it is: that one can still be taken back. */
  private remember(
    turn: number,
    rows: readonly QueueRow[],
    key: string,
    verdict: string,
    result: Pick<ScanResult, 'bib'> | null,
  ): void {
    const label = shownBib(result?.bib);
    if (verdict === 'repeat') this.alsoRead(rows, key, label);
    if (!canBeUndone(verdict) || turn < (this.last?.turn ?? 0)) return;
    this.last = { turn, scans: rows.map((row) => row.id), people: rows.length, key, label, undoes: null };
    this.tellLast(verdictWord(verdict));
  }

  /** The last one was read again: taken back alone, this scan would be the check-in instead. */
  private alsoRead(rows: readonly QueueRow[], key: string, label: string): void {
    const last = this.last;
    if (last === null || last.undoes !== null || (last.key !== key && (label === '' || last.label !== label))) return;
    const more = rows.map((row) => row.id).filter((id) => !last.scans.includes(id));
    if (more.length > 0) this.last = { ...last, scans: [...last.scans, ...more] };
  }

  private tellLast(word: string): void {
    const text = [clockTime(new Date()), word, this.last?.label ?? ''].filter(Boolean).join(' ');
    this.tell({ text, act: 'undo' });
  }

  private tell(last: LastScan): void {
    this.views.ready.last(last);
  }
}

function isNew(result: ScanResult | null): boolean {
  return result?.verdict === 'accepted' || result?.verdict === 'outside_hours';
}
