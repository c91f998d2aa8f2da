/** The page's life: joining, standing at a checkpoint, the day's contact with the server, the end. */

import { texts } from '../texts/scanner';
import { ApiError, type DeviceApi } from './api';
import type { ServerClock } from './clock';
import { download, exportFile } from './export';
import { listenToGun } from './gun';
import { stayAwake } from './camera';
import { speak } from './language';
import { Lens } from './lens';
import { Reader } from './reader';
import { Scanning } from './scanning';
import { placeOf } from './platform';
import type { Signals } from './signals';
import type { ScanQueue, QueueState } from './queue';
import type { SeenCodes } from './seen';
import type { Session } from './session';
import type { PhoneList } from './offline/list';
import type { ScanStore } from './store';
import { figure } from './times';
import { Contact } from './contact';
import type { DeviceInfo, DeviceRecord } from './types';
import { AboutView } from './views/about';
import { CodeView } from './views/code';
import { ChooseView, JoinView } from './views/join';
import { el, Page, READING, setText, type ScreenName } from './views/page';
import { HeadsView } from './views/heads';
import { showList } from './views/list';
import { ReadyView } from './views/ready';
import { SearchView } from './views/search';
import { StateView } from './views/state';
import { TeamView } from './views/team';
import { VerdictView } from './views/verdict';

const CONTACT_MS = 60_000;

export interface Parts {
  page: Page;
  api: DeviceApi;
  store: ScanStore;
  clock: ServerClock;
  queue: ScanQueue;
  session: Session;
  seen: SeenCodes;
  list: PhoneList;
  signals: Signals;
}

export class App {
  private readonly ready = new ReadyView();
  private readonly reader: Reader;
  private readonly lens: Lens;
  private readonly scanning: Scanning;
  private readonly join: JoinView;
  private readonly choose: ChooseView;
  private readonly code: CodeView;
  private readonly search: SearchView;
  private readonly stateView: StateView;
  private readonly meeting: Contact;
  private readonly about: AboutView;
  private state: QueueState | null = null;
  private late = 0;

  constructor(private readonly parts: Parts) {
    const { page, signals, queue, session, seen, list } = parts;
    const verdict = new VerdictView(page, signals, () => this.scanning.left());
    const team = new TeamView(
      page,
      (present, whole) => void this.scanning.sendTeam(present, whole),
      () => this.scanning.left(),
    );
    this.meeting = new Contact(parts.api, parts.store, parts.clock, list, page.release);
    this.about = new AboutView(parts.store, () => this.busy());
    const heads = new HeadsView(page, () => this.scanning.left());
    this.scanning = new Scanning(session, queue, seen, list, { page, ready: this.ready, verdict, team, heads });
    this.reader = new Reader(el<HTMLVideoElement>('sc-video'), {
      texts: (held) => this.scanning.texts(held),
      trouble: (problem) => this.ready.trouble(problem),
      opened: () => this.lens.opened(),
    });
    this.lens = new Lens(this.reader, this.ready, parts.store);
    this.join = new JoinView(
      (code, name) => this.joined(code, name),
      () => void this.begin(),
      (language, code) => void speak(language, parts.store, code),
    );
    this.choose = new ChooseView((checkpoint) => void this.chosen(checkpoint));
    this.code = new CodeView((read) => this.scanning.read(read), (file) => void this.photo(file));
    this.search = new SearchView(
      (words, signal) => this.find(words, signal),
      (hit) => this.scanning.found(hit),
      (read) => this.scanning.read(read),
    );
    this.stateView = new StateView({
      send: () => void queue.sync(true),
      exportFile: () => void this.exportFile(),
      lateSeen: () => void this.lateSeen(),
      change: () => this.openChoose(),
      leave: () => void this.leave(),
      camera: (id) => void this.lens.use(id),
    });
    this.listen();
  }

  /** The page's own matters: its worker, its hand. */
  settle(): Promise<void> {
    return this.about.start();
  }

  /** Reads the address, then the phone's memory, and opens the fitting screen. */
  async begin(): Promise<void> {
    const fragment = new URLSearchParams(location.hash.slice(1));
    const token = fragment.get('token');
    const code = fragment.get('join');
    // Neither may stay in the address: it is shown, shared and kept. But WeChat hands the address on to Safari.
    const handedOn = code !== null && placeOf(navigator.userAgent) === 'wechat-iphone';
    if (location.hash !== '' && !handedOn) history.replaceState(null, '', location.pathname + location.search);
    const device = await this.parts.session.load();
    this.parts.queue.serve(device?.id ?? null);
    if (device !== null) await this.parts.list.load(device);
    if (token !== null && (await this.takeToken(token))) return;
    if (code !== null) this.openJoin(code, null);
    else if (device === null) this.openJoin(null, token === null ? null : texts.badLink);
    else if (device.denied) this.openInvalid();
    else {
      this.enter();
      await this.contact();
    }
  }

  /** The queue has something to say. */
  hear(state: QueueState): void {
    const turned = (state.pending === 0) !== (this.state?.pending === 0);
    this.state = state;
    this.scanning.hear(state);
    // A new release of the page waits for what is unsent.
    if (turned) void this.about.consider();
    this.parts.page.unsent(state.pending, this.late);
    this.stateView.state(state);
    if (this.parts.page.screen === 'invalid') this.invalidNote();
  }

  /** After an upload: the count of the checkpoint, and what came too late to be seen. */
  counts(info: DeviceInfo['counts']): void {
    if (info !== undefined) this.scanning.setCounts(info);
  }

  async lookAgain(): Promise<void> {
    this.late = (await this.parts.queue.late()).length;
    await this.parts.queue.refresh();
  }

  /** Another tab has written something down, or sent it. */
  async elsewhere(): Promise<void> {
    const { list, session } = this.parts;
    if (session.device !== null) await list.noteAll(session.device);
    await this.lookAgain();
  }

  denied(id: string): void {
    if (this.parts.session.device?.id !== id) return;
    void this.parts.session.denied();
    this.openInvalid();
  }

  private listen(): void {
    const { queue, signals } = this.parts;
    listenToGun((text) => {
      if (READING.has(this.screen) || ['code', 'search', 'state'].includes(this.screen)) this.scanning.typed(text);
    });
    el('sc-open-code').addEventListener('click', () => this.panel('code', () => this.code.open()));
    el('sc-open-search').addEventListener('click', () => this.panel('search', () => this.search.open()));
    el('sc-unsent').addEventListener('click', () => void this.openState());
    el('sc-undo').addEventListener('click', () => void this.scanning.undo());
    el('sc-torch').addEventListener('click', () => void this.lens.torch());
    el('sc-trouble-retry').addEventListener('click', () => void this.lens.use(null));
    el('sc-invalid-export').addEventListener('click', () => void this.exportFile());
    el('sc-invalid-retry').addEventListener('click', () => void this.retry());
    el('sc-invalid-join').addEventListener('click', () => this.openJoin(null, null));
    for (const back of document.querySelectorAll('[data-back]')) {
      back.addEventListener('click', () => this.scanning.left());
    }
    for (const kind of ['pointerdown', 'keydown'] as const) {
      document.addEventListener(kind, () => {
        signals.unlock();
        setTimeout(() => this.ready.silent(!signals.audible), 300);
      });
    }
    window.addEventListener('online', () => void this.contact());
    window.addEventListener('offline', () => void queue.refresh());
    window.addEventListener('hashchange', () => {
      if (location.hash !== '') void this.begin();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible') return;
      void this.contact();
      if (this.parts.session.device !== null) void stayAwake();
    });
    setInterval(() => {
      if (document.visibilityState === 'visible') void this.contact();
    }, CONTACT_MS);
  }

  private get screen(): ScreenName {
    return this.parts.page.screen;
  }

  /** Called by the page at each change of screen. */
  shown(name: ScreenName): void {
    this.reader.read(READING.has(name));
    if (name !== 'search') this.search.close();
  }

  private async takeToken(token: string): Promise<boolean> {
    try {
      const info = await this.parts.api.device(token);
      await this.become(token, info);
      return true;
    } catch {
      return false;
    }
  }

  private async joined(code: string, name: string): Promise<void> {
    const sent = Date.now();
    const answer = await this.parts.api.join(code, name);
    this.parts.clock.sample(sent, answer.server_time);
    await this.become(answer.token, answer);
  }

  private async become(token: string, info: DeviceInfo): Promise<void> {
    const { session, queue } = this.parts;
    const device = await session.know(token, info);
    queue.serve(device.id);
    await queue.sawEpoch(info.epoch);
    await this.parts.list.load(device);
    this.scanning.reset();
    this.counts(info.counts);
    void navigator.storage?.persist?.();
    this.enter();
    void queue.sync();
    void this.contact();
  }

  /** To the camera, by way of the choice of a checkpoint where there is one. */
  private enter(): void {
    const { session, page } = this.parts;
    const device = session.device;
    if (device === null) return;
    if (device.checkpoint === null) {
      this.openChoose();
      return;
    }
    page.header(session.checkpoint?.name ?? '', `${device.info.activity.name} ${device.info.device.name}`);
    showList(this.parts.list);
    this.ready.hint('wait');
    page.show('ready');
    this.ready.silent(!this.parts.signals.audible);
    void stayAwake();
    void this.lens.start();
  }

  private openJoin(code: string | null, note: string | null): void {
    this.reader.stop();
    this.parts.page.show('join');
    this.join.open(code, this.parts.session.device?.denied === false, note);
  }

  private openChoose(): void {
    const device = this.parts.session.device;
    if (device === null) return;
    this.parts.page.show('choose');
    this.choose.open(device.info);
  }

  private async chosen(checkpoint: string): Promise<void> {
    await this.parts.session.choose(checkpoint);
    this.scanning.reset();
    this.enter();
    await this.contact();
  }

  private openInvalid(): void {
    this.reader.stop();
    this.parts.page.show('invalid');
    this.invalidNote();
  }

  private invalidNote(): void {
    const pending = this.state?.pending ?? 0;
    el('sc-invalid-note').hidden = pending === 0;
    el('sc-invalid-export').hidden = pending === 0;
    setText('sc-invalid-text', texts.stillHeld(figure(pending)));
  }

  private panel(name: ScreenName, open: () => void): void {
    this.parts.page.show(name);
    open();
  }

  private async openState(): Promise<void> {
    const { queue, session, store } = this.parts;
    this.panel('state', () => this.stateView.open(store.lasting, session.mayChoose));
    await queue.refresh();
    this.stateView.late(await queue.late());
    this.stateView.rejected(await store.rejected());
    this.stateView.cameras(await this.reader.camera.choices(), this.reader.camera.chosen);
  }

  private async lateSeen(): Promise<void> {
    await this.parts.queue.lateSeen();
    this.stateView.late([]);
    await this.lookAgain();
  }

  private async photo(file: File): Promise<void> {
    try {
      const held = await this.reader.photo(file);
      const [first] = held;
      if (first === undefined) this.scanning.local('unreadable');
      else this.scanning.typed(held.find((text) => text.length > 100) ?? first);
    } catch {
      this.scanning.local('unreadable');
    }
  }

  private async find(words: string, signal: AbortSignal): ReturnType<DeviceApi['search']> {
    const device = this.parts.session.device;
    if (device === null) return [];
    try {
      return await this.parts.api.search(device, words, signal);
    } catch (error) {
      if (error instanceof ApiError && error.denied) this.denied(device.id);
      throw error;
    }
  }

  /** The minute's word with the server: is this still a device, how many came, what time is it. */
  private async contact(): Promise<void> {
    const { list, queue, session } = this.parts;
    const device = session.device;
    if (device === null || device.denied) return;
    void queue.sync();
    try {
      const info = await this.meeting.meet(device);
      if (info !== null && session.device?.id === device.id) await this.heard(device, info);
    } catch (error) {
      if (error instanceof ApiError && error.denied) this.denied(device.id);
    }
    showList(list);
    await this.lookAgain();
    await this.about.consider();
  }

  /** What a new release of the page has to wait for. */
  private async busy(): Promise<{ pending: number; endsAt: number | null }> {
    const { list, session, store } = this.parts;
    const endsAt = session.device === null ? null : (list.bundle?.header.window[1] ?? Infinity);
    return { pending: await store.countPending(), endsAt };
  }

  private async heard(device: DeviceRecord, info: DeviceInfo): Promise<void> {
    const { queue, session } = this.parts;
    const fixed = info.checkpoint !== null && info.checkpoint !== session.device?.checkpoint;
    await session.know(device.token, info);
    this.counts(info.counts);
    await queue.sawEpoch(info.epoch);
    await queue.prune();
    // The coordinator moved this phone to another checkpoint.
    if (fixed) this.enter();
  }

  private async retry(): Promise<void> {
    const { api, queue, session } = this.parts;
    const device = session.device;
    if (device === null) return;
    await queue.sync(true);
    try {
      await this.become(device.token, await api.device(device.token, device.checkpoint));
    } catch {
      this.invalidNote();
    }
  }

  private async exportFile(): Promise<void> {
    const { store } = this.parts;
    const [pending, rejected, devices] = await Promise.all([store.allPending(), store.rejected(), store.devices()]);
    download(exportFile(pending, rejected, devices, new Date()));
  }

  private async leave(): Promise<void> {
    const { session, store } = this.parts;
    if ((await store.countPending()) > 0) return;
    await session.leave();
    this.scanning.reset();
    this.openJoin(null, null);
  }
}
