/** The volunteer's camera page: puts the parts together. */

import './scanner.scss';
import { DeviceApi } from './api';
import { App } from './app';
import { ServerClock } from './clock';
import { followChoice } from './language';
import { ScanQueue, singleFlight } from './queue';
import { SeenCodes } from './seen';
import { Session } from './session';
import { Signals } from './signals';
import { PhoneList } from './offline/list';
import { openStore } from './store';
import { Page } from './views/page';

/** The page that a phone keeps was fetched without cookies: the mode of the site is read here. */
function followMode(cookies: string): void {
  const elder = cookies.split(';').some((one) => one.trim() === 'mode=elder');
  document.documentElement.dataset.mode = elder ? 'elder' : 'standard';
}

async function start(): Promise<void> {
  followMode(document.cookie);
  let app: App | null = null;
  const store = await openStore();
  if (await followChoice(store)) return;
  const page = new Page((name) => app?.shown(name));
  const api = new DeviceApi(page.apiBase);
  const clock = new ServerClock((await store.setting<number | null>('offset')) ?? null);
  const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('xiangyue-scanner');
  const list = new PhoneList(store, api);
  const queue = new ScanQueue(store, api, clock, singleFlight('xiangyue-scanner-upload'), {
    state: (state) => app?.hear(state),
    counts: (counts) => app?.counts(counts),
    answered: (rows) => rows.forEach((row) => list.before.note(row)),
    denied: (device) => app?.denied(device.id),
    late: () => void app?.lookAgain(),
    touched: () => tabs?.postMessage('touched'),
  });
  app = new App({
    page,
    api,
    store,
    clock,
    queue,
    session: new Session(store),
    seen: new SeenCodes(),
    list,
    signals: new Signals(),
  });
  tabs?.addEventListener('message', () => void app?.elsewhere());
  await app.begin();
  await app.lookAgain();
  await app.settle();
}

void start();
