// The chart island. A figure.chart is drawn from its own table twin: the head
// names the series, the first column the categories, data-value the numbers.
// Canvas and rich text tooltips: nothing here needs inline styles.
import * as echarts from 'echarts/core';
import { BarChart, LineChart, HeatmapChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, MarkLineComponent, VisualMapComponent, AriaComponent } from 'echarts/components';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([BarChart, LineChart, HeatmapChart, GridComponent, TooltipComponent, MarkLineComponent, VisualMapComponent, AriaComponent, LabelLayout, CanvasRenderer]);

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
const tones = ['jade', 'slate', 'violet', 'amber', 'vermilion', 'ink-3'];
const dashes = ['solid', [6, 3], [2, 3], [8, 3, 2, 3]];

function read(figure) {
  const table = figure.querySelector('.chart-twin table');
  const heads = [...table.tHead.rows[0].cells].slice(1);
  const rows = [...table.tBodies[0].rows];
  return {
    names: heads.map((h) => h.textContent.trim()),
    tones: heads.map((h, i) => h.dataset.tone || tones[i % tones.length]),
    groups: rows.map((r) => r.cells[0].textContent.trim()),
    series: heads.map((_, i) => rows.map((r) => { const v = r.cells[i + 1]?.dataset.value; return v === undefined || v === '' ? null : Number(v); })),
  };
}

// Bars that lie, for long names; a Pareto chart has the running share as a line across them.
const lies = (kind) => kind === 'across' || kind === 'pareto';

function axes(kind, data, unit) {
  const line = { lineStyle: { color: css('line') } };
  const text = { color: css('ink-2'), fontSize: 12, fontFamily: css('font') };
  const names = { type: 'category', data: data.groups, axisTick: { show: false }, axisLine: { lineStyle: { color: css('edge') } }, axisLabel: kind === 'line' ? text : { ...text, interval: 0, hideOverlap: true }, boundaryGap: kind !== 'line', inverse: lies(kind) };
  const value = { type: 'value', min: kind === 'line' ? undefined : 0, splitLine: line, axisLabel: text, minInterval: unit ? 0 : 1, splitNumber: 4 };
  if (!lies(kind)) return { xAxis: names, yAxis: value };
  const share = { type: 'value', min: 0, max: 100, position: 'top', splitLine: { show: false }, axisLabel: { ...text, formatter: '{value} %' }, interval: 20 };
  return { xAxis: kind === 'pareto' ? [value, share] : value, yAxis: names };
}

function option(figure) {
  const { kind = 'bar', unit = '' } = figure.dataset;
  const data = read(figure);
  const direct = { color: css('ink'), fontSize: 12, fontFamily: css('font') };
  const series = data.series.map((values, i) => {
    const color = css(data.tones[i]);
    if (kind === 'line') {
      return { type: 'line', name: data.names[i], data: values, symbol: 'none', color, lineStyle: { width: 2, type: dashes[i % dashes.length] }, endLabel: { show: true, formatter: '{a}', ...direct, color: css(data.tones[i] + '-ink') || css('ink-2') }, labelLayout: { moveOverlap: 'shiftY' }, emphasis: { disabled: true } };
    }
    if (kind === 'pareto' && i === 1) {
      return { type: 'line', name: data.names[i], data: values, xAxisIndex: 1, color, lineStyle: { width: 2, type: dashes[1] }, symbol: 'circle', symbolSize: 5, tooltip: { valueFormatter: (v) => v + ' %' }, emphasis: { disabled: true }, markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: css('edge'), type: [2, 3] }, data: [{ xAxis: 80 }] } };
    }
    const several = data.series.length > 1 && kind !== 'pareto';
    return { type: 'bar', name: data.names[i], data: values, color, stack: kind === 'stack' ? 'all' : undefined, barMaxWidth: lies(kind) ? 18 : 32, label: { show: !several, position: lies(kind) ? 'right' : 'top', ...direct }, emphasis: { disabled: true } };
  });
  const room = kind === 'line' ? Math.max(...data.names.map((n) => n.length * (/[^\x00-\xff]/.test(n) ? 13 : 7))) + 12 : 16;
  return {
    animation: !still, animationDuration: 120,
    aria: { enabled: true, label: { enabled: false } },
    grid: { left: 4, right: lies(kind) ? 36 : room, top: 18, bottom: 4, containLabel: true },
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: kind === 'line' ? 'line' : 'shadow', lineStyle: { color: css('edge') }, shadowStyle: { color: css('hover'), opacity: .5 } }, backgroundColor: css('ink'), borderWidth: 0, textStyle: { color: css('paper'), fontSize: 12, fontFamily: css('font') }, valueFormatter: (v) => (v === null ? '–' : v + (unit ? ' ' + unit : '')) },
    ...axes(kind, data, unit), series,
  };
}

function draw(figure) {
  const plot = figure.querySelector('.chart-plot');
  if (!plot || !figure.querySelector('.chart-twin table tbody tr')) return;
  plot.hidden = false;
  if (lies(figure.dataset.kind)) plot.style.blockSize = Math.max(160, figure.querySelectorAll('.chart-twin tbody tr').length * 22 + 56) + 'px';
  const chart = echarts.getInstanceByDom(plot) ?? echarts.init(plot, null, { renderer: 'canvas' });
  chart.setOption(option(figure), true);
}

const all = () => document.querySelectorAll('figure.chart').forEach(draw);
all();
document.addEventListener('htmx:afterSettle', all);
document.addEventListener('kilter:theme', all);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
new ResizeObserver(() => document.querySelectorAll('.chart-plot').forEach((p) => echarts.getInstanceByDom(p)?.resize())).observe(document.body);
