/** The volunteer's camera page: puts the parts together. */

import './scanner.scss';
import { DeviceApi } from './api';
import { App } from './app';
import { ServerClock } from './clock';
import { ScanQueue, singleFlight } from './queue';
import { SeenCodes } from './seen';
import { Session } from './session';
import { Signals } from './signals';
import { openStore } from './store';
import { Page } from './views/page';

async function start(): Promise<void> {
  let app: App | null = null;
  const store = await openStore();
  const page = new Page((name) => app?.shown(name));
  const api = new DeviceApi(page.apiBase);
  const clock = new ServerClock((await store.setting<number | null>('offset')) ?? null);
  const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('xiangyue-scanner');
  const queue = new ScanQueue(store, api, clock, singleFlight('xiangyue-scanner-upload'), {
    state: (state) => app?.hear(state),
    counts: (counts) => app?.counts(counts),
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
    signals: new Signals(),
  });
  tabs?.addEventListener('message', () => void app?.lookAgain());
  await app.begin();
  await app.lookAgain();
}

void start();
