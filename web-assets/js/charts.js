// The chart island. A figure.chart is drawn from its own table twin: the head
// names the series, the first column the categories, data-value the numbers.
// Canvas and rich text tooltips: nothing here needs inline styles.
import * as echarts from 'echarts/core';
import { BarChart, LineChart, HeatmapChart, ScatterChart, CustomChart, RadarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, MarkLineComponent, VisualMapComponent, AriaComponent, RadarComponent } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';

echarts.use([BarChart, LineChart, HeatmapChart, ScatterChart, CustomChart, RadarChart, RadarComponent, GridComponent, TooltipComponent, MarkLineComponent, VisualMapComponent, AriaComponent, CanvasRenderer]);

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

// How far the name at the end of each line is lifted, so that those of lines that
// end together stand one above the other.
function lifted(figure, data) {
  const all = data.series.flat().filter((v) => v !== null);
  const high = Math.max(...all, 0) - Math.min(...all, 0) || 1;
  const room = Math.max(figure.clientHeight - 60, 120);
  const ends = data.series.map((values, i) => ({ i, at: (values.findLast((v) => v !== null) ?? 0) / high * room }));
  const lifts = [];
  let free = -Infinity;
  for (const end of ends.sort((a, b) => a.at - b.at)) {
    const at = Math.max(end.at, free);
    lifts[end.i] = at - end.at;
    free = at + 15;
  }
  return lifts;
}

function option(figure) {
  const { kind = 'bar', unit = '' } = figure.dataset;
  const data = read(figure);
  const direct = { color: css('ink'), fontSize: 12, fontFamily: css('font') };
  const lifts = kind === 'line' ? lifted(figure, data) : [];
  const series = data.series.map((values, i) => {
    const color = css(data.tones[i]);
    if (kind === 'line') {
      return { type: 'line', name: data.names[i], data: values, symbol: 'none', color, lineStyle: { width: 2, type: dashes[i % dashes.length] }, endLabel: { show: true, formatter: '{a}', offset: [0, -lifts[i]], ...direct, color: css(data.tones[i] + '-ink') || css('ink-2') }, labelLayout: { moveOverlap: 'shiftY' }, emphasis: { disabled: true } };
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

const number = (figure, name) => (figure.dataset[name] === undefined ? undefined : Number(figure.dataset[name]));
const writing = (ink = 'ink-2') => ({ color: css(ink), fontSize: 12, fontFamily: css('font') });
const bubble = () => ({ renderMode: 'richText', backgroundColor: css('ink'), borderWidth: 0, textStyle: { color: css('paper'), fontSize: 12, fontFamily: css('font') } });
// Long names break over lines, so that the picture keeps room on a phone.
const broken = (width) => ({ ...writing('ink'), interval: 0, width, overflow: 'break', lineHeight: 15 });

// Things that lie one under the other along one axis of values: two dots joined,
// or a dot with its interval.
function spread(figure, data) {
  const forest = figure.dataset.kind === 'forest';
  const narrow = figure.clientWidth < 480;
  const cross = number(figure, 'cross');
  const color = css(data.tones[0]);
  const ends = forest ? [1, 2] : [0, 1];
  const rows = data.groups.map((_, i) => [i, ...data.series.map((s) => s[i])]);
  const whole = rows.filter((r) => r[ends[0] + 1] !== null && r[ends[1] + 1] !== null);
  const bar = (params, api) => {
    const [x1, y] = api.coord([api.value(ends[0] + 1), api.value(0)]);
    const [x2] = api.coord([api.value(ends[1] + 1), api.value(0)]);
    const style = { stroke: forest ? color : css('edge'), lineWidth: forest ? 2 : 4, opacity: forest ? 1 : .7 };
    const line = (a, b, c, d) => ({ type: 'line', shape: { x1: a, y1: b, x2: c, y2: d }, style });
    return { type: 'group', children: forest ? [line(x1, y, x2, y), line(x1, y - 5, x1, y + 5), line(x2, y - 5, x2, y + 5)] : [line(x1, y, x2, y)] };
  };
  const dot = (i, symbol, hollow) => ({
    type: 'scatter', name: data.names[i], symbol, symbolSize: forest ? 9 : 11, z: 3, data: rows.filter((r) => r[i + 1] !== null).map((r) => [r[i + 1], r[0]]), emphasis: { disabled: true },
    itemStyle: hollow ? { color: css('paper'), borderColor: css(data.tones[i]), borderWidth: 2 } : { color: css(data.tones[i]) },
    markLine: i === 0 && cross !== undefined ? { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: css('ink-3'), type: [2, 3] }, data: [{ xAxis: cross }] } : undefined,
  });
  const tell = (row) => [data.groups[row], ...data.names.map((n, i) => n + '  ' + (data.series[i][row] ?? '–'))].join('\n');
  return {
    animation: !still, animationDuration: 120, aria: { enabled: true, label: { enabled: false } },
    grid: { left: 4, right: 20, top: 8, bottom: 4, containLabel: true },
    tooltip: { trigger: 'item', ...bubble(), formatter: (p) => tell(p.seriesType === 'custom' ? p.value[0] : p.value[1]) },
    xAxis: { type: 'value', min: number(figure, 'low'), max: number(figure, 'high'), scale: true, splitLine: { lineStyle: { color: css('line') } }, axisLabel: writing(), splitNumber: narrow ? 3 : 6 },
    yAxis: { type: 'category', data: data.groups, inverse: true, axisTick: { show: false }, axisLine: { lineStyle: { color: css('edge') } }, axisLabel: broken(narrow ? 110 : 260) },
    series: [{ type: 'custom', renderItem: bar, data: whole, encode: { x: [ends[0] + 1, ends[1] + 1], y: 0 }, z: 2 }, dot(0, 'circle', false), ...(forest ? [] : [dot(1, 'diamond', true)])],
  };
}

// Points in four fields; signs and tones are those of the key beside the picture.
const fieldSigns = [['triangle', 'vermilion'], ['circle', 'jade'], ['rect', 'slate'], ['diamond', 'amber']];

// The side of each point on which its name meets no other point or name, as far as
// there is one.
function beside(figure, data, x, y, names) {
  const [width, height] = [figure.clientWidth - 110, Math.min(520, Math.max(320, figure.clientWidth * .6)) - 80];
  const at = data.groups.map((_, i) => [(data.series[0][i] - x.min) / (x.max - x.min) * width, (y.max - data.series[1][i]) / (y.max - y.min) * height]);
  const taken = at.map(([a, b]) => [a - 7, b - 7, a + 7, b + 7]);
  const meets = (p) => taken.filter((q) => p[0] < q[2] && q[0] < p[2] && p[1] < q[3] && q[1] < p[3]).length;
  return at.map(([a, b], i) => {
    const w = names[i].length * 8 + 2;
    const all = { right: [a + 8, b - 7, a + 8 + w, b + 7], left: [a - 8 - w, b - 7, a - 8, b + 7], top: [a - w / 2, b - 24, a + w / 2, b - 8], bottom: [a - w / 2, b + 8, a + w / 2, b + 24] };
    const side = Object.keys(all).reduce((best, s) => (meets(all[s]) < meets(all[best]) ? s : best), 'right');
    taken.push(all[side]);
    return side;
  });
}

function fields(figure, data) {
  const rows = [...figure.querySelectorAll('.chart-twin tbody tr')];
  const [across, up] = [number(figure, 'cross'), number(figure, 'crossUp')];
  const range = (values, line) => {
    const all = [...values.filter((v) => v !== null), line];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const room = (high - low || 1) * .12;
    return { min: Number((low - room).toPrecision(3)), max: Number((high + room).toPrecision(3)) };
  };
  const axis = (name, values, line) => ({ type: 'value', name, nameLocation: 'middle', nameTextStyle: writing(), nameGap: 26, ...range(values, line), splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: css('edge') } }, axisLabel: { ...writing(), showMinLabel: false, showMaxLabel: false }, splitNumber: 4 });
  const line = { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: css('ink-3'), type: [4, 4] } };
  const labels = beside(figure, data, range(data.series[0], across), range(data.series[1], up), rows.map((r) => r.dataset.short));
  const series = fieldSigns.map(([symbol, tone], field) => ({
    type: 'scatter', name: figure.dataset['field-' + field] ?? figure.dataset['field' + field], symbol, symbolSize: 12, itemStyle: { color: css(tone) }, emphasis: { disabled: true },
    data: rows.flatMap((r, i) => (Number(r.dataset.field) === field && data.series[0][i] !== null ? [{ value: [data.series[0][i], data.series[1][i], i], name: r.dataset.short, label: { position: labels[i] } }] : [])),
    label: { show: true, formatter: '{b}', distance: 6, ...writing('ink') },
    markLine: field === 0 ? { ...line, data: [{ xAxis: across }, { yAxis: up }] } : undefined,
  }));
  return {
    animation: !still, animationDuration: 120, aria: { enabled: true, label: { enabled: false } },
    grid: { left: 28, right: 36, top: 16, bottom: 32, containLabel: true },
    tooltip: { trigger: 'item', ...bubble(), formatter: (p) => [data.groups[p.value[2]], data.names[0] + '  ' + p.value[0], data.names[1] + '  ' + p.value[1]].join('\n') },
    xAxis: axis(data.names[0], data.series[0], across), yAxis: { ...axis(data.names[1], data.series[1], up), nameGap: 40 }, series,
  };
}

// A spoke for each thing, a ring for each series: drawn through, in strokes, in points.
function radar(figure, data) {
  const narrow = figure.clientWidth < 480;
  const [min, max] = [number(figure, 'low') ?? 0, number(figure, 'high') ?? 5];
  // On a phone names break over lines: at words, or after five signs of Chinese.
  const broken = (name) => (narrow ? (/ /.test(name) ? name.replaceAll(' ', '\n') : name.replace(/(.{5})(?=.)/g, '$1\n')) : name);
  const rings = ['solid', [6, 4], [2, 3]];
  return {
    animation: !still, animationDuration: 120, aria: { enabled: true, label: { enabled: false } },
    tooltip: { trigger: 'item', ...bubble(), formatter: (p) => [p.name, ...data.groups.map((g, i) => g + '  ' + (data.series[p.dataIndex][i] ?? '–'))].join('\n') },
    radar: {
      indicator: data.groups.map((name) => ({ name, min, max })), radius: narrow ? '50%' : '68%', splitNumber: max - min, axisName: { ...writing('ink'), formatter: broken, lineHeight: 14 },
      splitArea: { show: false }, splitLine: { lineStyle: { color: css('line') } }, axisLine: { lineStyle: { color: css('line') } },
    },
    series: [{ type: 'radar', data: data.series.map((value, i) => ({ name: data.names[i], value, symbol: ['circle', 'diamond', 'rect'][i % 3], symbolSize: 7, itemStyle: { color: css(data.tones[i]) }, lineStyle: { width: 2, type: rings[i % rings.length], color: css(data.tones[i]) }, areaStyle: i === 0 ? { color: css(data.tones[i]), opacity: .14 } : undefined })) }],
  };
}

const own = { dumbbell: spread, forest: spread, quadrant: fields, radar };

function draw(figure) {
  const plot = figure.querySelector('.chart-plot');
  if (!plot || !figure.querySelector('.chart-twin table tbody tr')) return;
  plot.hidden = false;
  const rows = figure.querySelectorAll('.chart-twin tbody tr').length;
  if (figure.dataset.kind === 'quadrant') plot.style.blockSize = Math.min(520, Math.max(320, figure.clientWidth * .6)) + 'px';
  else if (figure.dataset.kind === 'radar') plot.style.blockSize = Math.min(460, Math.max(340, figure.clientWidth * .6)) + 'px';
  else if (own[figure.dataset.kind]) plot.style.blockSize = rows * 34 + 44 + 'px';
  if (lies(figure.dataset.kind)) plot.style.blockSize = Math.max(160, rows * 22 + 56) + 'px';
  const chart = echarts.getInstanceByDom(plot) ?? echarts.init(plot, null, { renderer: 'canvas' });
  const made = own[figure.dataset.kind];
  chart.setOption(made ? made(figure, read(figure)) : option(figure), true);
}

const all = () => document.querySelectorAll('figure.chart').forEach(draw);
all();
document.addEventListener('htmx:afterSettle', all);
document.addEventListener('kilter:theme', all);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
new ResizeObserver(() => document.querySelectorAll('.chart-plot').forEach((p) => echarts.getInstanceByDom(p)?.resize())).observe(document.body);
