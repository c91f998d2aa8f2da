import { choose } from './choose';

/** What charts say beside the figures that the page hands over. */
export const texts = choose({
  zh: { asTable: '看成表格', asChart: '看成图', named: (title: string, peak: string) => `${title}：${peak}` },
  en: { asTable: 'As a table', asChart: 'As a chart', named: (title: string, peak: string) => `${title}: ${peak}` },
});
