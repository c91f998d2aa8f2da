/** The camera: opening it, choosing one, its light, and why there is none. */

import { texts } from '../texts/scanner';

export type CameraProblem = 'insecure' | 'refused' | 'none' | 'busy' | 'broken';

export interface CameraChoice {
  id: string;
  label: string;
}

/** Which sentence fits the failure of getUserMedia. Pure. */
export function problemOf(errorName: string): CameraProblem {
  switch (errorName) {
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return 'refused';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'busy';
    default:
      return 'broken';
  }
}

// The torch stands in no lib of TypeScript.
interface TorchCapabilities extends MediaTrackCapabilities {
  torch?: boolean;
}

export class Camera {
  private stream: MediaStream | null = null;
  private opening = 0;
  torchOn = false;

  /** @param onEnded the camera was taken away (another app, a pulled plug) */
  constructor(
    private readonly video: HTMLVideoElement,
    private readonly onEnded: () => void,
  ) {}

  /** Opens the chosen camera, else the one at the back. Null, or why it did not open. */
  async start(chosen: string | null): Promise<CameraProblem | null> {
    this.stop();
    this.opening += 1;
    const mine = this.opening;
    if (!window.isSecureContext) return 'insecure';
    if (navigator.mediaDevices?.getUserMedia === undefined) return 'none';
    try {
      const stream = await this.open(chosen);
      if (mine !== this.opening) {
        stop(stream);
        return null;
      }
      this.stream = stream;
      this.video.srcObject = stream;
      stream.getVideoTracks()[0]?.addEventListener('ended', () => {
        if (this.stream === stream) this.onEnded();
      });
      await this.video.play();
      return null;
    } catch (error) {
      // A newer start took the video over: that one answers.
      if (mine !== this.opening) return null;
      this.stop();
      return problemOf(error instanceof DOMException ? error.name : '');
    }
  }

  stop(): void {
    this.opening += 1;
    if (this.stream !== null) stop(this.stream);
    this.stream = null;
    this.torchOn = false;
    this.video.srcObject = null;
  }

  /** True while frames arrive. */
  get live(): boolean {
    const track = this.track();
    return track !== null && track.readyState === 'live' && this.video.readyState >= 2;
  }

  get chosen(): string | null {
    return this.track()?.getSettings().deviceId ?? null;
  }

  get hasTorch(): boolean {
    const track = this.track();
    const can = track?.getCapabilities?.() as TorchCapabilities | undefined;
    return can?.torch === true;
  }

  /** Switches the light; false where the phone does not let it. */
  async torch(on: boolean): Promise<boolean> {
    try {
      await this.track()?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      this.torchOn = on;
      return true;
    } catch {
      return false;
    }
  }

  /** The cameras of this phone; their names are known once one was allowed. */
  async choices(): Promise<CameraChoice[]> {
    const all = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    const cameras = all.filter((device) => device.kind === 'videoinput' && device.deviceId !== '');
    return cameras.map((device, place) => ({
      id: device.deviceId,
      label: cameraLabel(device.label, place),
    }));
  }

  private async open(chosen: string | null): Promise<MediaStream> {
    const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
    const back = { video: { ...size, facingMode: { ideal: 'environment' } }, audio: false };
    if (chosen === null) return navigator.mediaDevices.getUserMedia(back);
    try {
      return await navigator.mediaDevices.getUserMedia({
        video: { ...size, deviceId: { exact: chosen } },
        audio: false,
      });
    } catch (error) {
      // The remembered camera is gone: any other will do.
      if (error instanceof DOMException && problemOf(error.name) === 'none') {
        return navigator.mediaDevices.getUserMedia(back);
      }
      throw error;
    }
  }

  private track(): MediaStreamTrack | null {
    return this.stream?.getVideoTracks()[0] ?? null;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Which side it looks to, where its name says so, in either language; and its number. Pure. */
export function cameraLabel(label: string, place: number): string {
  if (/back|rear|environment|\u540e/iu.test(label)) return texts.backCamera(place + 1);
  if (/front|user|facetime|\u524d/iu.test(label)) return texts.frontCamera(place + 1);
  return texts.someCamera(place + 1);
}

/** Keeps the screen awake; the browser lets go of it whenever the page is hidden. */
export async function stayAwake(): Promise<void> {
  try {
    await navigator.wakeLock?.request('screen');
  } catch {
    // A phone low on battery says no; the page works all the same.
  }
}
