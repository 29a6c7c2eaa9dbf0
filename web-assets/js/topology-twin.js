// The table twin: the same items, lines and deeds as the canvas, for everybody
// who reads better than looks, and for a telephone.
import { words, text, nameOf, classOf, zoneOf, kinOf, fullOf, signOf } from './topology-words.js';

const el = (tag, className, ...children) => {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...children);
  return e;
};

function lineWords(l) {
  const how = [text('map.line.' + (l.redundant ? 'redundant' : l.effect || 'none'))];
  if (l.gate) how.push(text('map.gate.' + l.gate));
  if (l.mark) how.push(signOf(l) + text('map.mark.' + l.mark));
  return how.join(', ');
}

// deed is a button of a row.
function deed(name, d, pressed) {
  const b = el('button', 'btn btn-small btn-quiet', text('map.' + name));
  b.type = 'button';
  b.dataset.row = name;
  b.dataset.id = d.id || kinOf(d);
  b.setAttribute('aria-label', text('map.' + name) + ': ' + fullOf(d));
  if (pressed !== undefined) b.setAttribute('aria-pressed', String(pressed));
  return b;
}

// became says what of an item is not as it was.
function became(d) {
  if (!d.mark) return [];
  const list = (d.changes || []).map((c) => (words.fields[c.field] || c.field) + ': ' + (c.was || '–') + ' → ' + (c.now || '–'));
  return [el('div', 'small', signOf(d) + text('map.mark.' + d.mark) + (list.length ? ' (' + list.join('; ') + ')' : ''))];
}

export function fillTwin(place, graph, state, compared) {
  const keys = ['from', 'class', 'zone', 'condition', 'lines', 'deeds'];
  const heads = keys.map((k) => { const th = el('th', '', text('map.col.' + k)); th.scope = 'col'; return th; });
  const body = el('tbody');
  const hangs = new Map();
  for (const l of graph.lines) {
    if (!hangs.has(l.from)) hangs.set(l.from, []);
    hangs.get(l.from).push((graph.items[l.to].bundle ? fullOf(graph.items[l.to]) : graph.items[l.to].code || nameOf(graph.items[l.to])) + ' (' + lineWords(l) + ')');
  }
  const order = graph.items.map((d, i) => i).sort((a, b) => graph.items[a].hops - graph.items[b].hops || (graph.items[a].code || '').localeCompare(graph.items[b].code || ''));
  for (const i of order) {
    const d = graph.items[i], fails = state.fail.includes(String(d.id));
    const th = el('th', 'title-col');
    th.scope = 'row';
    if (d.id > 0) { const a = el('a', '', fullOf(d)); a.href = words.item + d.id; th.append(a); } else th.append(fullOf(d));
    th.append(...became(d));
    const said = [text('impact.condition.' + d.condition)];
    if (!d.bundle && d.state !== 'live') said.unshift(words.states[d.state] || d.state);
    if (fails) said.push(text('map.failing'));
    if (d.bundled_down) said.push(text('map.bundled_down', { n: d.bundled_down }));
    const deeds = el('td', 'topology-deeds');
    if (d.id && !compared) deeds.append(deed('fail', d, fails));
    if (d.bundle || d.more || state.open.includes(String(d.id))) deeds.append(deed(d.id && state.open.includes(String(d.id)) ? 'fold' : 'expand', d));
    const cells = [el('td', '', classOf(d)), el('td', '', zoneOf(d)), el('td', '', el('span', d.condition === 'ok' ? 'muted' : 'strong', said.join(', '))), el('td', '', (hangs.get(i) || []).join('; ')), deeds];
    cells.forEach((c, n) => { c.dataset.label = text('map.col.' + keys[n + 1]); });
    body.append(el('tr', '', th, ...cells));
  }
  const table = el('table', 'list list-inset', el('thead', '', el('tr', '', ...heads)), body);
  const wrap = el('div', 'list-wrap', table);
  wrap.tabIndex = 0;
  wrap.setAttribute('role', 'region');
  wrap.setAttribute('aria-label', text('map.twin'));
  // Whoever is in the table stays there when it is written anew behind him.
  const held = place.contains(document.activeElement) ? document.activeElement : null;
  place.replaceChildren(wrap);
  if (held) (held.dataset.row && place.querySelector('[data-row="' + CSS.escape(held.dataset.row) + '"][data-id="' + CSS.escape(held.dataset.id) + '"]') || wrap).focus({ preventScroll: true });
}

// csv is the twin as a file, its buttons left out; a formula is a text there.
export function csv(table) {
  const cell = (c) => { const t = [...c.childNodes].map((n) => n.textContent.trim()).join(' ').trim(); return '"' + (/^[=+\-@\t]/.test(t) ? "'" : '') + t.replaceAll('"', '""') + '"'; };
  return [...table.rows].map((r) => [...r.cells].slice(0, -1).map(cell).join(',')).join('\r\n') + '\r\n';
}
