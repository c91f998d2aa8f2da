import { choose } from './choose';

/** What the small scripts of every page say. */
export const texts = choose({
  zh: {
    offline: '现在没有网络。已填的都留着，连上后再提交。',
    copied: '已复制',
    linkCopied: '链接已复制',
  },
  en: {
    offline: 'No network right now. What you typed is kept; send it when you are back.',
    copied: 'Copied',
    linkCopied: 'Link copied',
  },
});
