/** The bearer calls of the camera page. Nothing here touches the page or the store. */

import { sha256 } from '@noble/hashes/sha2.js';
import { retryAfter } from './backoff';
import type { BundleSource, FetchedBundle } from './offline/list';
import type { DeviceInfo, DeviceRecord, JoinAnswer, ScanItem, ScansAnswer, SearchHit } from './types';

const TIMEOUT_MS = 20_000;

/** No answer at all: no network, a cut connection, or nothing within 20 s. */
export class NetworkError extends Error {
  override name = 'NetworkError';
}

/** An answer that is no success; `code` is that of the problem document, if it bears one. */
export class ApiError extends Error {
  override name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string | null,
    readonly detail: string | null,
    readonly retryAfterMs: number | null,
  ) {
    super(`${status} ${code ?? ''}`);
  }

  /** The token is not, or no longer, that of a device. */
  get denied(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** What the queue needs of the server; the tests give their own. */
export interface ScanSender {
  /** @param countsAt the checkpoint whose running count is wanted with the answer; null wants none */
  postScans(token: string, items: readonly ScanItem[], countsAt: string | null): Promise<ScansAnswer>;
}

/** What the phone says of itself once a minute. */
export interface PhoneState {
  queue: number;
  oldest: string | null;
  battery: number | null;
  charging: boolean | null;
  bundle: number | null;
  release: string | null;
  checkpoint: string | null;
  offset_ms: number | null;
}

export class DeviceApi implements ScanSender, BundleSource {
  constructor(private readonly base: string) {}

  /** Makes this phone a device; the code comes from the coordinator's QR. */
  join(code: string, name: string): Promise<JoinAnswer> {
    return this.call<JoinAnswer>('POST', '/devices/join', null, { code, name });
  }

  /** The device's own state; `checkpoint` says whose count is asked where the volunteer chooses. */
  device(token: string, checkpoint: string | null = null): Promise<DeviceInfo> {
    const query = checkpoint === null ? '' : `?${new URLSearchParams({ checkpoint })}`;
    return this.call<DeviceInfo>('GET', `/device${query}`, token);
  }

  postScans(token: string, items: readonly ScanItem[], countsAt: string | null): Promise<ScansAnswer> {
    const query = countsAt === null ? '' : `?${new URLSearchParams({ counts: '1', checkpoint: countsAt })}`;
    return this.call<ScansAnswer>('POST', `/scans${query}`, token, { scans: items });
  }

  /** Tells the office how the phone fares; answered as `device`. */
  state(token: string, state: PhoneState): Promise<DeviceInfo> {
    return this.call<DeviceInfo>('POST', '/device/state', token, state);
  }

  /** The list for judging without a network; null when the one that bears `etag` still holds. */
  async bundle(device: DeviceRecord, etag: string | null): Promise<FetchedBundle | null> {
    const headers: Record<string, string> = { Authorization: `Bearer ${device.token}` };
    if (etag !== null) headers['If-None-Match'] = etag;
    const path = `/activities/${encodeURIComponent(device.info.activity.id)}/bundle`;
    return this.fetch(path, { method: 'GET', headers }, async (response) => {
      if (response.status === 304) return null;
      if (!response.ok) throw await problem(response);
      return { file: new Uint8Array(await response.arrayBuffer()), etag: response.headers.get('ETag') };
    });
  }

  /** Registrations by name, pinyin initials, bib or last four digits of the phone. */
  async search(device: DeviceRecord, words: string, signal: AbortSignal): Promise<SearchHit[]> {
    const asked = new URLSearchParams({ q: words });
    if (device.checkpoint !== null) asked.set('checkpoint', device.checkpoint);
    const path = `/activities/${encodeURIComponent(device.info.activity.id)}/search?${asked}`;
    const answer = await this.call<{ results: SearchHit[] }>('GET', path, device.token, undefined, signal);
    return answer.results;
  }

  private async call<T>(
    method: string,
    path: string,
    token: string | null,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    const init: RequestInit = { method, headers };
    if (body !== undefined) {
      const bytes = new TextEncoder().encode(JSON.stringify(body));
      headers['Content-Type'] = 'application/json';
      headers['Content-Digest'] = contentDigest(bytes);
      init.body = bytes;
    }
    const read = async (response: Response): Promise<T> => {
      if (!response.ok) throw await problem(response);
      return (await response.json()) as T;
    };
    return this.fetch(path, init, read, signal);
  }

  private async fetch<T>(
    path: string,
    init: RequestInit,
    read: (response: Response) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    signal?.addEventListener('abort', () => abort.abort());
    const settings: RequestInit = { ...init, signal: abort.signal, cache: 'no-store', credentials: 'omit' };
    try {
      return await read(await fetch(this.base + path, settings));
    } catch (error) {
      if (error instanceof ApiError) throw error;
      // A body that is cut or no JSON (a hotel's login page) is no answer either.
      throw new NetworkError(String(error));
    } finally {
      clearTimeout(timer);
    }
  }
}

/** RFC 9530: the server takes nothing of a body that was damaged on its way. */
function contentDigest(body: Uint8Array): string {
  return `sha-256=:${btoa(String.fromCharCode(...sha256(body)))}:`;
}

async function problem(response: Response): Promise<ApiError> {
  let code: string | null = null;
  let detail: string | null = null;
  try {
    const body = (await response.json()) as { code?: unknown; detail?: unknown };
    if (typeof body.code === 'string') code = body.code;
    if (typeof body.detail === 'string') detail = body.detail;
  } catch {
    // A proxy's own page: the status has to do.
  }
  return new ApiError(response.status, code, detail, retryAfter(response.headers.get('Retry-After'), Date.now()));
}
