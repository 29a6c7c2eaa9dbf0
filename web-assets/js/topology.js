// The topology island: items and what they hang on, in lanes by zone. The
// graph comes from the public API; what fails is computed there, too. Styles
// go through the canvas and the CSSOM: nothing here needs inline styles.
import cytoscape from 'cytoscape';
import { layOut } from './topology-layout.js';
import { style, svg } from './topology-look.js';
import { fillTwin, csv } from './topology-twin.js';

const root = document.querySelector('[data-topology]');
const words = JSON.parse(document.getElementById('topology-words').textContent);
const text = (key, values = {}) => Object.entries(values).reduce((s, [k, v]) => s.replace('{' + k + '}', v), words.text[key] || key);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

const find = (name) => root.querySelector('[data-map-' + name + ']');
const canvas = find('canvas');

const state = { open: [], fail: [], way: 'both', hops: 2, moved: kept(), chosen: null, back: [] };
let graph = null;
let cy = null;

function kept() { try { return JSON.parse(localStorage.getItem(words.kept)) || {}; } catch { return {}; } }
function keep() { try { localStorage.setItem(words.kept, JSON.stringify(state.moved)); } catch { /* a full or forbidden store: positions live as long as the page */ } }

const nameOf = (d) => (words.lang === 'zh' ? d.name_zh || d.name_en : d.name_en || d.name_zh) || d.code || '';
const keyOf = (d) => (d.id ? 'i' + d.id : 'b' + d.class + '-' + (d.zone || 0));
const classOf = (d) => words.classes[d.class] || d.class;
// clip keeps a name on one line of a box: a Chinese sign is twice as wide as a Latin one.
const clip = (name, most = 21) => {
  let wide = 0;
  for (let i = 0; i < name.length; i++) {
    wide += name.charCodeAt(i) > 0x2e7f ? 2 : 1;
    if (wide > most) return name.slice(0, i - 1).trimEnd() + '…';
  }
  return name;
};
const fullOf = (d) => (d.bundle ? text('map.bundle', { n: d.bundle, class: classOf(d) }) : d.code && nameOf(d) !== d.code ? d.code + '\n' + nameOf(d) : nameOf(d));
const labelOf = (d) => fullOf(d).split('\n').map((line) => clip(line)).join('\n');

async function ask() {
  const q = new URLSearchParams({ items: words.start.join(','), hops: state.hops, way: state.way });
  if (state.open.length) q.set('open', state.open.join(','));
  if (state.fail.length) q.set('fail', state.fail.join(','));
  const answer = await fetch(words.api + '?' + q, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

function elements(g) {
  const dots = g.items.map((d, i) => ({
    group: 'nodes', data: { id: keyOf(d), at: i, label: labelOf(d) + (d.more ? '\n+' + d.more : ''), condition: d.condition, bundle: d.bundle || 0, failed: state.fail.includes(String(d.id)) ? 1 : 0, start: words.start.includes(String(d.id)) ? 1 : 0 },
  }));
  const lines = g.lines.map((l, i) => {
    const from = g.items[l.from], to = g.items[l.to];
    const crosses = (from.zone || 0) !== (to.zone || 0);
    const gate = l.gate ? text('map.gate.' + l.gate) : crosses ? '‖' : '';
    return { group: 'edges', data: { id: 'l' + i, source: keyOf(from), target: keyOf(to), meaning: l.redundant ? 'redundant' : l.effect || 'none', mutual: l.mutual ? 1 : 0, gate: gate + (l.count > 1 ? ' ×' + l.count : ''), falls: to.condition !== 'ok' && from.condition !== 'ok' && l.effect ? 1 : 0 } };
  });
  const brackets = g.groups.filter((b) => g.lines.some((l) => l.group === b.id)).map((b) => ({
    group: 'nodes', data: { id: 'g' + b.id, bracket: 1, label: text('map.need', { need: b.need, all: b.members }), condition: b.condition, members: g.lines.filter((l) => l.group === b.id).map((l) => keyOf(g.items[l.to])), of: keyOf(g.items[b.of]) }, selectable: false, grabbable: false,
  }));
  return { dots, lines, brackets };
}

async function draw(say) {
  try { graph = await ask(); } catch { find('tell').textContent = text('map.failed_load'); return; }
  const { dots, lines, brackets } = elements(graph);
  const laid = layOut(graph, keyOf, { moved: state.moved, zones: words.zones, noZone: text('map.no_zone'), brackets });
  const lanes = laid.lanes.map((l) => ({ group: 'nodes', data: { id: 'z' + l.zone, lane: 1, label: l.name, w: l.w, h: l.h }, position: { x: l.x + l.w / 2, y: l.y + l.h / 2 }, selectable: false, grabbable: false }));
  for (const d of dots) d.position = { ...laid.at[d.data.id] };
  for (const b of brackets) b.position = laid.brackets[b.data.id].at, b.data.w = laid.brackets[b.data.id].w, b.data.h = laid.brackets[b.data.id].h;
  cy.elements().remove();
  cy.add([...lanes, ...brackets, ...dots, ...lines]);
  if (state.chosen && cy.getElementById(state.chosen).nonempty()) cy.getElementById(state.chosen).select();
  else state.chosen = null;
  if (!say) begin();
  tell();
  fillTwin(find('twin'), graph, { text, words, nameOf, classOf, state });
  root.dataset.drawn = String(graph.items.length);
}

const fit = () => { cy.resize(); cy.fit(undefined, 24); if (cy.zoom() > 1.1) { cy.zoom(1.1); cy.center(); } };

// begin shows all when it can be read so, else what the map is about.
function begin() {
  fit();
  if (cy.zoom() > .62) return;
  cy.zoom(.75);
  cy.center(cy.nodes('[start = 1]'));
}

function chosen() {
  const n = state.chosen && cy.getElementById(state.chosen);
  return n && n.nonempty() && n.data('at') !== undefined ? graph.items[n.data('at')] : null;
}

function tell() {
  const d = chosen();
  const said = [];
  if (state.fail.length) {
    const names = graph.items.filter((i) => state.fail.includes(String(i.id))).map((i) => i.code || nameOf(i));
    said.push(text('map.failing') + ': ' + names.join(', ') + ' – ' + text('map.tell', { down: graph.down, degraded: graph.degraded }));
  } else said.push(text('map.tell_none'));
  if (d) said.push(text('map.chosen', { item: fullOf(d).replace('\n', ' ') }) + (d.more ? ', ' + text('map.more', { n: d.more }) : ''));
  find('tell').textContent = said.join(' · ');
}

function choose(id) {
  state.chosen = id;
  cy.nodes().unselect();
  const n = cy.getElementById(id);
  n.select();
  const box = n.renderedPosition();
  if (box.x < 20 || box.y < 20 || box.x > cy.width() - 20 || box.y > cy.height() - 20) cy.center(n);
  tell();
}

// note remembers how things were, for undo.
function note() { state.back.push(JSON.stringify({ open: state.open, fail: state.fail, way: state.way, hops: state.hops, moved: state.moved })); if (state.back.length > 50) state.back.shift(); }

const deeds = {
  fail() {
    const d = chosen();
    if (!d || !d.id) { find('tell').textContent = text('map.nothing_chosen'); return; }
    note();
    const id = String(d.id);
    state.fail = state.fail.includes(id) ? state.fail.filter((x) => x !== id) : [...state.fail, id];
    draw(true);
  },
  expand() {
    const d = chosen();
    if (!d || !d.id) { find('tell').textContent = text('map.nothing_chosen'); return; }
    note();
    if (!state.open.includes(String(d.id))) state.open = [...state.open, String(d.id)];
    draw();
  },
  open_item() { const d = chosen(); if (d && d.id) location.assign(words.item + d.id); },
  impact() {
    const ids = state.fail.length ? state.fail : chosen()?.id ? [String(chosen().id)] : words.start;
    location.assign(words.item + ids[0] + '/impact' + (ids.length > 1 ? '?' + ids.slice(1).map((i) => 'with=' + i).join('&') : ''));
  },
  undo() {
    const was = state.back.pop();
    if (!was) return;
    Object.assign(state, JSON.parse(was));
    keep();
    find('way').value = state.way;
    find('hops').value = String(state.hops);
    draw().then(() => { find('tell').textContent = text('map.undone') + ' · ' + find('tell').textContent; });
  },
  clear() { if (!state.fail.length) return; note(); state.fail = []; draw(true); },
  tidy() { note(); state.moved = {}; keep(); draw(); },
  fit,
  table() {
    const twin = find('twin');
    twin.hidden = !twin.hidden;
    canvas.hidden = !twin.hidden;
    root.querySelector('[data-map=table]').setAttribute('aria-pressed', String(!twin.hidden));
    if (twin.hidden) { canvas.focus(); fit(); } else twin.querySelector('[tabindex]')?.focus();
  },
  svg() { save('svg', new Blob([svg(cy, css)], { type: 'image/svg+xml' })); },
  png() { cy.png({ output: 'blob-promise', full: true, scale: 2, bg: css('paper') }).then((b) => save('png', b)); },
  csv() { save('csv', new Blob(['\ufeff' + csv(find('twin').querySelector('table'))], { type: 'text/csv' })); },
};

function save(kind, blob) {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(blob);
  a.download = words.kept.replace(':', '-') + '.' + kind;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

// go chooses the nearest item in a direction.
function go(dx, dy) {
  const all = cy.nodes('[!lane][!bracket]');
  const from = state.chosen && cy.getElementById(state.chosen);
  if (!from || from.empty()) { const first = all.filter('[start = 1]')[0] || all[0]; if (first) choose(first.id()); return; }
  const p = from.position();
  let best = null, least = Infinity;
  all.forEach((n) => {
    const x = n.position().x - p.x, y = n.position().y - p.y;
    const along = x * dx + y * dy, across = Math.abs(x * dy) + Math.abs(y * dx);
    if (n.id() !== from.id() && along > 1 && along + 3 * across < least) { least = along + 3 * across; best = n; }
  });
  if (best) choose(best.id());
}

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const keys = { f: 'fail', x: 'expand', Enter: 'open_item', u: 'undo', 0: 'fit', t: 'table' };

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
  const within = canvas.contains(e.target);
  if (arrows[e.key] && within) go(...arrows[e.key]);
  else if (keys[e.key] && (within || (e.key === 't' && document.documentElement.dataset.keys !== 'off' && !document.querySelector('dialog[open]')))) deeds[keys[e.key]]();
  else if (e.key === '+' && within) cy.zoom(cy.zoom() * 1.2);
  else if (e.key === '-' && within) cy.zoom(cy.zoom() / 1.2);
  else return;
  e.preventDefault();
  e.stopImmediatePropagation();
}

function start() {
  cy = cytoscape({ container: canvas, style: style(css), layout: { name: 'preset' }, minZoom: .1, maxZoom: 3, wheelSensitivity: .3, boxSelectionEnabled: false, autounselectify: false, headless: false });
  cy.on('tap', 'node[!lane][!bracket]', (e) => choose(e.target.id()));
  cy.on('dbltap', 'node[!lane][!bracket]', (e) => { choose(e.target.id()); deeds.fail(); });
  cy.on('grab', 'node[!lane][!bracket]', note);
  cy.on('dragfree', 'node[!lane][!bracket]', (e) => { state.moved = { ...state.moved, [e.target.id()]: e.target.position() }; keep(); draw(true); });
  root.addEventListener('click', (e) => { const b = e.target.closest('[data-map]'); if (b) deeds[b.dataset.map](); });
  find('way').addEventListener('change', (e) => { note(); state.way = e.target.value; draw(); });
  find('hops').addEventListener('change', (e) => { note(); state.hops = Number(e.target.value); draw(); });
  document.querySelector('.head-deeds')?.addEventListener('click', (e) => { const b = e.target.closest('[data-map]'); if (b) deeds[b.dataset.map](); });
  document.addEventListener('keydown', onKey, true);
  const again = () => cy.style(style(css)).update();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  new ResizeObserver(() => cy.resize()).observe(canvas);
  draw();
}

start();
