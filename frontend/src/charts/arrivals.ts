import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';
import { texts } from '../texts/charts';

use([BarChart, LineChart, AriaComponent, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer]);

/** What the page hands over as JSON. `peak` is the sentence that stands at the highest value. */
export interface ChartData {
  kind: 'bar' | 'line';
  labels: string[];
  values: number[];
  unit: string;
  peak?: string;
}

const thousands = new Intl.NumberFormat('en-US');

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--x-${name}`).trim();
}

function rem(factor: number): number {
  return factor * parseFloat(getComputedStyle(document.documentElement).fontSize);
}

/** The distance of the grid's lines: three or four of them, at round figures. */
function step(top: number): number {
  const rough = top / 3;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const round = [1, 2, 4, 5, 10].find((n) => n * power >= rough) ?? 10;
  return Math.max(round * power, 1);
}

/** One colour; the peak in teal with its sentence. On paper the colours are greys. */
function options(data: ChartData, paper: boolean): Parameters<EChartsType['setOption']>[0] {
  const top = data.values.length ? Math.max(...data.values) : 0;
  const peak = top > 0 ? data.values.indexOf(top) : -1;
  const usual = token(paper ? 'print-bar' : 'bar');
  const strong = token(paper ? 'ink' : 'teal');
  const text = { color: token('muted'), fontFamily: token('font'), fontSize: rem(0.875) };
  const side = peak < data.values.length / 4 ? 'left' : peak > (data.values.length * 3) / 4 ? 'right' : 'center';
  const still = paper || matchMedia('(prefers-reduced-motion: reduce)').matches;
  // Times of day are named at the full hour.
  const onTheHour = (_index: number, name: string): boolean => name.endsWith(':00');
  const hours = data.labels.filter((name) => name.endsWith(':00')).length > 1;
  const label = {
    show: Boolean(data.peak),
    formatter: data.peak ?? '',
    position: 'top',
    align: side,
    color: token('ink'),
    fontWeight: 600,
    fontFamily: token('font'),
    fontSize: rem(0.875),
    backgroundColor: token('surface'),
    padding: [3, 4],
    distance: 6,
  } as const;
  return {
    animation: !still,
    animationDuration: 150,
    aria: { enabled: false },
    grid: { left: 4, right: 4, top: rem(1.25), bottom: 4, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    // As rich text: an HTML tooltip writes style attributes, which the CSP forbids.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: data.kind === 'bar' ? 'shadow' : 'line' },
      backgroundColor: token('surface'),
      borderColor: token('edge'),
      textStyle: { ...text, color: token('ink') },
      valueFormatter: (value: unknown) => `${thousands.format(Number(value))} ${data.unit}`,
    },
    xAxis: {
      type: 'category',
      data: data.labels,
      axisLabel: { ...text, hideOverlap: true, ...(hours ? { interval: onTheHour } : {}) },
      axisTick: { show: hours, alignWithLabel: true, ...(hours ? { interval: onTheHour } : {}), lineStyle: { color: token('edge') } },
      axisLine: { lineStyle: { color: token('edge') } },
    },
    yAxis: {
      type: 'value',
      interval: step(top),
      max: Math.max(Math.ceil(top / step(top)), 1) * step(top),
      axisLabel: { ...text, formatter: (value: number) => thousands.format(value) },
      splitLine: { lineStyle: { color: token(paper ? 'mist' : 'line') } },
    },
    series: [
      {
        type: data.kind,
        barCategoryGap: '20%',
        symbol: 'none',
        itemStyle: { color: usual },
        lineStyle: { color: usual, width: 2.5 },
        emphasis: { disabled: true },
        data: data.values.map((value, i) =>
          i === peak ? { value, itemStyle: { color: strong }, label, symbol: 'circle', symbolSize: 9 } : { value },
        ),
      },
    ],
  } as Parameters<EChartsType['setOption']>[0];
}

function nameOf(title: string, peak: string): string {
  return title && peak ? texts.named(title, peak) : title || peak;
}

/** Charts that the reader has turned into tables: one that renews itself stays what it was. */
const asTables = new Set<string>();

function toggle(box: HTMLElement, canvas: HTMLElement, table: HTMLElement | null, chart: EChartsType): void {
  if (!table) return;
  const kept = box.id !== '' && asTables.has(box.id);
  table.hidden = !kept;
  canvas.hidden = kept;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'x-chart__toggle';
  button.textContent = kept ? texts.asChart : texts.asTable;
  button.addEventListener('click', () => {
    const toTable = table.hidden;
    if (toTable) asTables.add(box.id);
    else asTables.delete(box.id);
    table.hidden = !toTable;
    canvas.hidden = toTable;
    button.textContent = toTable ? texts.asChart : texts.asTable;
    if (!toTable) chart.resize();
  });
  (box.querySelector('.x-panel__head') ?? box).append(button);
}

/** Draw the chart of one `[data-chart]`; its table stays in the page and can be shown instead. */
export function drawChart(box: HTMLElement): void {
  const source = box.querySelector(`script[type="application/json"]`);
  if (!source || box.dataset['drawn'] !== undefined) return;
  box.dataset['drawn'] = '';
  const data = JSON.parse(source.textContent ?? '{}') as ChartData;
  const canvas = document.createElement('div');
  canvas.className = 'x-chart__canvas';
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', nameOf(box.querySelector('h2, h3')?.textContent ?? '', data.peak ?? ''));
  source.after(canvas);
  const chart = init(canvas);
  chart.setOption(options(data, false));
  toggle(box, canvas, box.querySelector<HTMLElement>('.x-chart__table'), chart);
  const watch = new ResizeObserver(() => {
    if (canvas.isConnected) chart.resize();
    else {
      watch.disconnect();
      chart.dispose();
    }
  });
  watch.observe(canvas);
  matchMedia('print').addEventListener('change', (event) => {
    chart.setOption(options(data, event.matches));
    // At once: paper waits for no animation frame.
    chart.getZr().flush();
  });
}
