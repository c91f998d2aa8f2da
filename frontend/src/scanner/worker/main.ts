/**
 * The service worker of the camera page: the page starts without a network. It
 * keeps one release whole, answers for the page (once in each language) and its
 * files, and for nothing else. A new release waits until the page lets it in: never in mid-event.
 *
 * The server puts `self.RELEASE = {name, shell, files}` before this file, the
 * files from Vite's manifest.
 */

interface Release {
  name: string;
  shell: string;
  files: string[];
}

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface Asked extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

interface WorkerScope {
  readonly RELEASE: Release;
  addEventListener(kind: 'install' | 'activate', hear: (event: Lasting) => void): void;
  addEventListener(kind: 'fetch', hear: (event: Asked) => void): void;
  addEventListener(kind: 'message', hear: (event: MessageEvent) => void): void;
  skipWaiting(): Promise<void>;
}

export {};

const scope = self as unknown as WorkerScope;
const PREFIX = 'xiangyue-scanner-';
const { name, shell, files } = scope.RELEASE;
const CACHE = PREFIX + name;
const OURS = new Set(files.map((file) => new URL(file, self.location.href).pathname));
const SHELL = new URL(shell, self.location.href).pathname;

/** All or nothing: a release that is not whole is not installed, and the one before goes on. */
async function keepRelease(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(['zh', 'en'].map((language) => keepPage(cache, pageIn(language))));
  await cache.addAll(files.map((file) => new Request(file, { credentials: 'omit' })));
}

/** The shell knows nobody: it is asked for as a stranger would. */
async function keepPage(cache: Cache, address: string): Promise<void> {
  const page = await fetch(new Request(address, { cache: 'reload', credentials: 'omit' }));
  if (!page.ok) throw new Error(`the page answers ${page.status}`);
  await cache.put(address, page);
}

function pageIn(language: string | null): string {
  return `${SHELL}?lang=${language === 'en' ? 'en' : 'zh'}`;
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith(PREFIX) && one !== CACHE).map((one) => caches.delete(one)));
}

async function kept(key: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}

scope.addEventListener('install', (event) => event.waitUntil(keepRelease()));
scope.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
scope.addEventListener('message', (event) => {
  if (event.data === 'activate') void scope.skipWaiting();
});
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname, searchParams } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (request.mode === 'navigate' && pathname === SHELL) event.respondWith(kept(pageIn(searchParams.get('lang')), request));
  else if (OURS.has(pathname)) event.respondWith(kept(pathname, request));
});
