/** Where the page runs, as far as it changes what a volunteer should do. */

export type Place = 'wechat-iphone' | 'wechat' | 'iphone' | 'other';

/** Pure. */
export function placeOf(agent: string): Place {
  const apple = /iPhone|iPad|iPod/.test(agent);
  if (/MicroMessenger/i.test(agent)) return apple ? 'wechat-iphone' : 'wechat';
  return apple ? 'iphone' : 'other';
}

interface InstallPrompt extends Event {
  prompt(): Promise<void>;
}

/** Opened from the home screen. */
export function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;
}

/** Chrome offers to install; the offer is kept until the volunteer wants it. */
export class Installing {
  private offer: InstallPrompt | null = null;

  constructor(private readonly onChange: (offered: boolean) => void) {
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.offer = event as InstallPrompt;
      this.onChange(true);
    });
    window.addEventListener('appinstalled', () => this.onChange(false));
  }

  async install(): Promise<void> {
    const offer = this.offer;
    this.offer = null;
    this.onChange(false);
    await offer?.prompt();
  }
}
