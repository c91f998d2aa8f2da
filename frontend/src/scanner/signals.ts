/**
 * Sound and vibration: one short for go on, two short for a repeat, one long
 * for stop. Told apart with the eyes on the crowd.
 */

import type { Tone } from './verdicts';

interface Beep {
  at: number;
  lasts: number;
  pitch: number;
}

const BEEPS: Record<Tone, Beep[]> = {
  accepted: [{ at: 0, lasts: 0.13, pitch: 1320 }],
  repeat: [
    { at: 0, lasts: 0.11, pitch: 880 },
    { at: 0.19, lasts: 0.11, pitch: 880 },
  ],
  refused: [{ at: 0, lasts: 0.6, pitch: 220 }],
};

const BUZZES: Record<Tone, number[]> = {
  accepted: [80],
  repeat: [80, 90, 80],
  refused: [600],
};

export class Signals {
  private context: AudioContext | null = null;

  /** Browsers give sound only after a touch: called at each until it plays. */
  unlock(): void {
    try {
      this.context ??= new AudioContext();
      if (this.context.state !== 'running') void this.context.resume();
    } catch {
      this.context = null;
    }
  }

  get audible(): boolean {
    return this.context?.state === 'running';
  }

  /** One verdict; a running one is cut off by the next, as on the screen. */
  play(tone: Tone): void {
    navigator.vibrate?.(BUZZES[tone]);
    const context = this.context;
    if (context === null || context.state !== 'running') return;
    for (const beep of BEEPS[tone]) sound(context, beep, tone === 'refused' ? 'square' : 'sine');
  }
}

function sound(context: AudioContext, beep: Beep, type: OscillatorType): void {
  const start = context.currentTime + beep.at;
  const end = start + beep.lasts;
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.type = type;
  tone.frequency.value = beep.pitch;
  // Short ramps: a hard edge clicks.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(0.6, start + 0.01);
  volume.gain.setValueAtTime(0.6, end - 0.02);
  volume.gain.linearRampToValueAtTime(0, end);
  tone.connect(volume).connect(context.destination);
  tone.start(start);
  tone.stop(end);
}
