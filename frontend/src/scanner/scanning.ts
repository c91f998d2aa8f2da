/**
 * From a read text to a verdict on the screen: written down, sent, answered,
 * taken back. One bad scan never blocks the next, and a new one always wins.
 */

import { classify, type ReadText } from './codes';
import type { QueueState, ScanQueue } from './queue';
import type { SeenCodes } from './seen';
import type { Session } from './session';
import { clockTime, figure } from './times';
import type { Counts, QueueRow, ScanResult, ScanSubject, SearchHit, Team } from './types';
import { canBeUndone, isRefusal, screenOf, teamScreen, verdictWord, wasTaken, type LocalVerdict, type Screen } from './verdicts';
import type { Page } from './views/page';
import type { LastScan, ReadyView } from './views/ready';
import type { TeamView } from './views/team';
import type { VerdictView } from './views/verdict';

/** How long the server may think before the scan counts as written down only. */
const PATIENCE_MS = 2500;
/** The last request got no answer: the next one need not be waited for as long. */
const SHORT_PATIENCE_MS = 700;
/** How long the answer to something typed or chosen is safe from the next phone in the queue. */
const HAND_MS = 800;

/** What the last one was, for 撤销 and 恢复. */
interface Last {
  turn: number;
  scans: string[];
  key: string | null;
  label: string;
  undoes: string[] | null;
}

export interface ScanningViews {
  page: Page;
  ready: ReadyView;
  verdict: VerdictView;
  team: TeamView;
}

export class Scanning {
  private turn = 0;
  private watching: string[] = [];
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
    private readonly views: ScanningViews,
  ) {}

  /** What one frame held: a pass before a code, and what is not ours only when nothing else goes on. */
  texts(texts: readonly string[]): void {
    if (Date.now() < this.quietUntil) return;
    const reads = texts.map((text) => ({ text, read: classify(text) }));
    const ours = reads.find(({ read }) => read.kind === 'pass') ?? reads.find(({ read }) => read.kind === 'code');
    if (ours !== undefined) {
      this.read(ours.read, false);
      return;
    }
    const now = Date.now();
    const news = reads.filter(({ text }) => this.seen.stranger(text, now));
    if (news.length > 0 && this.views.page.screen === 'ready' && this.watching.length === 0) this.stranger();
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

  /** The verdict left the screen. */
  left(): void {
    this.release();
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

  private async scan(subject: ScanSubject, key: string, byHand: boolean): Promise<void> {
    if (!this.seen.take(key, Date.now(), byHand)) return;
    const turn = this.newTurn();
    const before = this.counts?.checkpoint ?? null;
    if (byHand) this.quietUntil = Infinity;
    this.views.ready.hint('busy');
    this.views.page.show('ready');
    try {
      const [row] = await this.store([subject]);
      if (row === undefined) return;
      const result = await this.answer(row.id);
      if (turn !== this.turn) {
        // A newer code has the screen; this one can be taken back until that one can.
        this.remember(turn, [row], key, 'stored', null);
        return;
      }
      if (isNew(result)) this.counted(before, 1);
      this.conclude(row, key, result);
    } catch {
      if (turn === this.turn) this.show('unsaved', null, null);
    } finally {
      this.seen.judged(key, Date.now());
      if (byHand) this.quietUntil = Date.now() + HAND_MS;
    }
  }

  private conclude(row: QueueRow, key: string, result: ScanResult | null): void {
    if (result === null) {
      this.remember(this.turn, [row], key, 'stored', null);
      this.show('stored', null, null);
      // The answer may still come while the amber screen stands.
      const turn = this.turn;
      void this.queue.watch(row.id).then((late) => {
        this.seen.judged(key, Date.now());
        if (turn === this.turn && this.views.page.screen === 'verdict') this.conclude(row, key, late);
      });
      return;
    }
    const verdict = result.verdict ?? 'id_conflict';
    this.release();
    if (verdict === 'team_partial' && result.team) {
      this.views.verdict.cancel();
      this.views.team.open(result.team);
      return;
    }
    this.remember(this.turn, [row], key, verdict, result);
    this.show(verdict, result, this.screen(verdict, result));
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
      const results = await this.answers(rows.map((row) => row.id));
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
      const label = `${team.name || '团体'} ${good.length} 人`;
      this.last = { turn, scans: good.map((row) => row.id), key: null, label, undoes: null };
      this.tellLast('通过');
    }
    if (turn !== this.turn) return;
    this.show('team', { bib: team.name }, teamScreen(passed, others, stored));
  }

  /** Takes the last one back, or takes that back again. */
  async undo(): Promise<void> {
    const last = this.last;
    if (last === null || this.taking) return;
    this.taking = true;
    const before = this.counts?.checkpoint ?? null;
    this.views.ready.last({ text: last.undoes === null ? '正在撤销…' : '正在恢复…', act: null });
    try {
      const rows = await this.store((last.undoes ?? last.scans).map((undoes) => ({ undoes })));
      const results = await this.answers(rows.map((row) => row.id));
      const back = last.undoes !== null ? 1 : -1;
      if (results.every((result) => wasTaken(result?.verdict))) this.counted(before, back * rows.length);
      if (this.last === last) this.undone(last, rows, results);
      // The phone may still be in view: it is not to be read again in the same breath.
      if (last.key !== null) this.seen.judged(last.key, Date.now());
    } catch {
      if (this.last === last) this.views.ready.last({ text: '没存上，请再试一次', act: 'undo' });
    } finally {
      this.taking = false;
    }
  }

  private undone(last: Last, rows: readonly QueueRow[], results: (ScanResult | null)[]): void {
    if (results.some((result) => result !== null && !wasTaken(result.verdict))) {
      this.tell({ text: '没能撤销，请到服务台', act: null });
      return;
    }
    const back = last.undoes !== null;
    this.last = { ...last, undoes: back ? null : rows.map((row) => row.id) };
    const later = results.includes(null) ? '，有网时上传' : '';
    this.tell({ text: `${back ? '已恢复' : '已撤销'} ${last.label}`.trim() + later, act: back ? 'undo' : 'redo' });
  }

  /** The server's count may be two seconds old: what this phone has just done is in it all the same. */
  private counted(before: number | null, change: number): void {
    if (before === null || this.counts === null) return;
    const { checkpoint } = this.counts;
    const expected = before + change;
    const stale = change > 0 ? checkpoint < expected : checkpoint > expected;
    if (stale) this.setCounts({ ...this.counts, checkpoint: expected });
  }

  private async store(subjects: readonly ScanSubject[]): Promise<QueueRow[]> {
    const device = this.session.device;
    if (device === null) throw new Error('no device');
    return this.queue.record(device.id, subjects, device.checkpoint);
  }

  private async answer(id: string): Promise<ScanResult | null> {
    const [result] = await this.answers([id]);
    return result ?? null;
  }

  /** The server's answers, null for those that have not come when patience or the attempt ends. */
  private async answers(ids: readonly string[]): Promise<(ScanResult | null)[]> {
    this.watching.push(...ids);
    const got = new Map<string, ScanResult>();
    const all = Promise.all(
      ids.map(async (id) => {
        got.set(id, await this.queue.watch(id));
      }),
    );
    const attempt = this.queue.sync();
    await Promise.race([all, attempt, sleep(this.patience())]);
    // What the attempt brought is delivered before its own end; let it arrive.
    await Promise.race([all, sleep(0)]);
    return ids.map((id) => got.get(id) ?? null);
  }

  private patience(): number {
    if (!navigator.onLine) return 0;
    return this.trouble === null ? PATIENCE_MS : SHORT_PATIENCE_MS;
  }

  private newTurn(): number {
    this.turn += 1;
    this.views.verdict.cancel();
    this.release();
    return this.turn;
  }

  /** Nobody looks at those scans any more. */
  private release(): void {
    for (const id of this.watching) this.queue.release(id);
    this.watching = [];
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
    return `本点第 ${figure(this.counts.checkpoint)} 位`;
  }

  /** A refusal or a repeat leaves the last one as it is: that one can still be taken back. */
  private remember(
    turn: number,
    rows: readonly QueueRow[],
    key: string,
    verdict: string,
    result: ScanResult | null,
  ): void {
    if (!canBeUndone(verdict) || turn < (this.last?.turn ?? 0)) return;
    this.last = { turn, scans: rows.map((row) => row.id), key, label: result?.bib ?? '', undoes: null };
    this.tellLast(verdictWord(verdict));
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

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
