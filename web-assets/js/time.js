// Service level chips and relative times tick from facts the server wrote:
// no polling, and the server's clock, not this machine's.
import { word } from './words.js';

const minute = 60_000, hour = 60 * minute, day = 24 * hour;
const started = performance.now();
const serverStart = Number(document.documentElement.dataset.now) || Date.now();

export const now = () => serverStart + (performance.now() - started);

// span says a duration in at most two units, as lang.Printer.Duration does.
export function span(ms) {
  const sign = ms < 0 ? '−' : '';
  const left = Math.abs(ms);
  const pairs = [['d', day, 'h', hour], ['h', hour, 'min', minute], ['min', minute]];
  for (const [unit, size, next, nextSize] of pairs) {
    const n = Math.floor(left / size);
    if (n === 0) continue;
    let out = sign + word('time.' + unit, { n });
    const rest = next ? Math.floor((left % size) / nextSize) : 0;
    if (rest > 0) out += ' ' + word('time.' + next, { n: rest });
    return out;
  }
  return sign + word('time.s', { n: Math.floor(left / 1000) });
}

// level names how near the end is; the server's SLA part has the same limits.
export function level(left) {
  if (left < 0) return 'late';
  if (left < 30 * minute) return 'near';
  return left < hour ? 'soon' : 'calm';
}

function tickChip(chip, t) {
  const { left, at, until } = chip.dataset;
  const passed = Math.min(t, Number(until) || Infinity) - Number(at);
  const rest = Number(left) - Math.max(0, passed);
  const text = chip.querySelector('.sla-left');
  const said = span(rest);
  if (text.textContent !== said) text.textContent = said;
  const was = chip.dataset.level, is = level(rest);
  if (was === is) return;
  chip.dataset.level = is;
  chip.querySelector('use')?.setAttribute('href', chip.querySelector('use').getAttribute('href').replace(/#.*/, '#' + { late: 'alert-triangle', near: 'alarm', soon: 'clock', calm: 'clock' }[is]));
  announce(chip, is);
}

// announce tells screen readers of thresholds only, politely.
function announce(chip, is) {
  const region = document.getElementById('live');
  if (region && (is === 'near' || is === 'late')) region.textContent = word('sla.' + is, { what: chip.dataset.what || '' });
}

function tickTime(el, t) {
  const d = t - Number(el.dataset.ago);
  if (Math.abs(d) > 30 * day) return;
  const coarse = (ms) => {
    for (const [unit, size] of [['d', day], ['h', hour], ['min', minute]]) if (ms >= size) return word('time.' + unit, { n: Math.floor(ms / size) });
    return '';
  };
  const said = Math.abs(d) < minute ? word('time.now') : word(d < 0 ? 'time.in' : 'time.ago', { span: coarse(Math.abs(d)) });
  if (el.textContent !== said) el.textContent = said;
}

export function startTicking() {
  const tick = () => {
    if (document.hidden) return;
    const t = now();
    document.querySelectorAll('.sla[data-running]').forEach((c) => tickChip(c, t));
    document.querySelectorAll('time[data-ago]').forEach((e) => tickTime(e, t));
  };
  setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
}
