// What the canvas says: names that fit their boxes, and what stands in them.
import { box } from './topology-layout.js';

export const words = JSON.parse(document.getElementById('topology-words').textContent);
export const text = (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace('{' + k + '}', v), words.text[key] || key);
export const nameOf = (d) => (words.lang === 'zh' ? d.name_zh || d.name_en : d.name_en || d.name_zh) || d.code || '';
export const keyOf = (d) => (d.id ? 'i' + d.id : 'b' + kinOf(d));
export const kinOf = (d) => d.class + '-' + (d.zone || 0);
export const classOf = (d) => words.classes[d.class] || d.class;
export const zoneOf = (d) => (d.zone ? words.zones[d.zone] || String(d.zone) : text('map.no_zone'));
export const moment = (ms) => new Date(ms).toLocaleDateString(words.lang === 'zh' ? 'zh-CN' : 'en-GB', { year: 'numeric', month: 'short', day: 'numeric' });

const signs = { added: '+ ', gone: '− ', changed: '≠ ', moved: '⇄ ' };
export const signOf = (d) => signs[d.mark] || '';

const pen = document.createElement('canvas').getContext('2d');
export const measure = (s, size = 12) => { pen.font = size + 'px ' + (getComputedStyle(document.body).fontFamily || 'sans-serif'); return pen.measureText(s).width; };

// clip cuts a text to what fits a line.
function clip(s, most) {
  if (measure(s) <= most) return s;
  let n = s.length;
  while (n > 1 && measure(s.slice(0, n) + '…') > most) n--;
  return s.slice(0, n).trimEnd() + '…';
}

// fold breaks a name between words, Chinese between signs, into at most two
// lines.
export function fold(name, most) {
  if (measure(name) <= most) return [name];
  let at = 0;
  for (let i = 1; i <= name.length && measure(name.slice(0, i).trimEnd()) <= most; i++) {
    if (name[i] === ' ' || name[i - 1] === '-' || name.charCodeAt(i) > 0x2e7f || name.charCodeAt(i - 1) > 0x2e7f) at = i;
  }
  if (!at) return [clip(name, most)];
  return [name.slice(0, at).trim(), clip(name.slice(at).trim(), most)];
}

export const serves = (d) => d.bundle || ['building', 'live', 'maintenance'].includes(d.state);

// fullOf is what an item is called in a sentence.
export const fullOf = (d) => (d.bundle ? text('map.bundle', { n: d.bundle, class: classOf(d) }) : d.code && nameOf(d) !== d.code ? d.code + ' ' + nameOf(d) : nameOf(d));

// labelOf is what stands in the box of an item: its name, and under it its
// code, its state unless it simply works, and how much hangs on it undrawn.
export function labelOf(d) {
  const most = box.w - 14;
  if (d.bundle) return [signOf(d) + text('map.bundle', { n: d.bundle, class: classOf(d) }), d.bundled_down ? text('map.bundled_down', { n: d.bundled_down }) : ''].filter(Boolean).map((l) => clip(l, most)).join('\n');
  const below = [nameOf(d) === d.code ? '' : d.code, d.state === 'live' ? '' : words.states[d.state] || d.state, d.more ? '+' + d.more : ''].filter(Boolean).join(' · ');
  return [...fold(signOf(d) + nameOf(d), most), ...(below ? [clip(below, most)] : [])].join('\n');
}
