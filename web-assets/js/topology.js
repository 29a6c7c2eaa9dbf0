// The topology island: items and what they hang on, in lanes by zone. The
// graph comes from the public API; what fails is computed there, too. Styles
// go through the canvas and the CSSOM: nothing here needs inline styles.
import cytoscape from 'cytoscape';
import { layOut, routes, bends, box } from './topology-layout.js';
import { style, svg } from './topology-look.js';
import { fillTwin, csv } from './topology-twin.js';
import { words, text, nameOf, keyOf, kinOf, labelOf, fullOf, serves, signOf, measure, moment } from './topology-words.js';
import { state, note, undo, redo, wear, keep, save, drop, then, compared, ask } from './topology-state.js';

const root = document.querySelector('[data-topology]');
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const find = (name) => root.querySelector('[data-map-' + name + ']');
const canvas = find('canvas');
let graph = null, cy = null, asked = 0;

function elements(g) {
  const dots = g.items.map((d, i) => ({
    group: 'nodes', data: { id: keyOf(d), at: i, label: labelOf(d), condition: d.condition, bundle: d.bundle || 0, mark: d.mark || '', idle: serves(d) ? 0 : 1, failed: state.fail.includes(String(d.id)) && !compared() ? 1 : 0, start: words.start.includes(String(d.id)) ? 1 : 0 },
  }));
  const told = new Set(); // one line into an item names its gate for all of them
  const lines = g.lines.map((l, i) => {
    const from = g.items[l.from], to = g.items[l.to];
    const gate = l.gate ? text('map.gate.' + l.gate) : '';
    const first = gate && !told.has(l.to + ' ' + gate);
    if (gate) told.add(l.to + ' ' + gate);
    const nth = first ? [...told].filter((k) => k.startsWith(l.to + ' ')).length : 0;
    return { group: 'edges', data: { id: 'l' + i, source: keyOf(from), target: keyOf(to), meaning: l.redundant ? 'redundant' : l.effect || 'none', mutual: l.mutual ? 1 : 0, mark: l.mark || '', gate: first ? gate : '', count: (signOf(l) + (l.count > 1 ? '×' + l.count : '')).trim(), back: 58 + 18 * nth, falls: to.condition !== 'ok' && from.condition !== 'ok' && l.effect ? 1 : 0 } };
  });
  const brackets = g.groups.filter((b) => g.lines.some((l) => l.group === b.id)).map((b) => ({
    group: 'nodes', data: { id: 'g' + b.id, bracket: 1, label: text('map.need', { need: b.need, all: b.members }), condition: b.condition, members: g.lines.filter((l) => l.group === b.id).map((l) => keyOf(g.items[l.to])), of: keyOf(g.items[b.of]) }, selectable: false, grabbable: false,
  }));
  return { dots, lines, brackets };
}

async function draw(say) {
  const mine = ++asked;
  try { graph = await ask(); } catch (e) { find('tell').textContent = e.message || text('map.failed_load'); return; }
  if (mine !== asked) return; // somebody asked again meanwhile
  lay();
  if (!say) begin();
  tell();
  fillTwin(find('twin'), graph, state, compared());
  root.dataset.drawn = String(graph.items.length);
  root.dataset.asked = String(mine);
}

// lay places what was read.
function lay() {
  const { dots, lines, brackets } = elements(graph);
  const laid = layOut(graph, keyOf, { moved: state.moved, zones: words.zones, order: words.zone_order, noZone: text('map.no_zone'), brackets });
  const lanes = laid.lanes.map((l) => ({ group: 'nodes', data: { id: 'z' + l.zone, lane: 1, label: l.name, w: l.w, h: l.h, shift: measure(l.name) / 2 + 14 - l.w / 2 }, position: { x: l.x + l.w / 2, y: l.y + l.h / 2 }, selectable: false, grabbable: false }));
  for (const d of dots) d.position = { ...laid.at[d.data.id] };
  const boxed = brackets.filter((b) => laid.brackets[b.data.id]);
  for (const b of boxed) b.position = laid.brackets[b.data.id].at, b.data.w = laid.brackets[b.data.id].w, b.data.h = laid.brackets[b.data.id].h;
  for (const b of brackets) { // members that stand apart have their need named at a line
    const one = !laid.brackets[b.data.id] && lines.find((l) => l.data.source === b.data.of && b.data.members.includes(l.data.target));
    if (one) one.data.count = [b.data.label, one.data.count].filter(Boolean).join(' ');
  }
  route(lines.map((l) => l.data), laid.at);
  cy.elements().remove();
  cy.add([...lanes, ...boxed, ...dots, ...lines]);
  if (state.chosen && cy.getElementById(state.chosen).nonempty()) mark(cy.getElementById(state.chosen));
  else state.chosen = null;
}

// route leads lines around the boxes.
function route(lines, at) {
  const found = routes(lines.map((l) => ({ from: l.source, to: l.target })), at);
  lines.forEach((l, i) => Object.assign(l, found[i] ? { routed: 1, ...bends(at[l.source], at[l.target], found[i]) } : { routed: 0, weights: '0.5', distances: '0' }));
}

// reroute follows items that were moved.
function reroute() {
  const at = {};
  cy.nodes('[!lane][!bracket]').forEach((n) => { at[n.id()] = n.position(); });
  const lines = cy.edges().map((e) => ({ source: e.data('source'), target: e.data('target') }));
  route(lines, at);
  cy.batch(() => cy.edges().forEach((e, i) => { e.data(lines[i]); }));
}

const fit = () => { cy.resize(); cy.fit(undefined, 20); if (cy.zoom() > 1) { cy.zoom(1); cy.center(); } };

// begin shows all when it can be read so, else what the map is about.
function begin() {
  fit();
  if (cy.zoom() > .6) return;
  cy.zoom(.75);
  cy.center(cy.nodes('[start = 1]'));
}

function chosen() {
  const n = state.chosen && cy.getElementById(state.chosen);
  return n && n.nonempty() && n.data('at') !== undefined ? graph.items[n.data('at')] : null;
}

// summary says what the drawing shows, in words.
function summary() {
  if (words.sandbox) return tried() + (state.fail.length ? ' – ' + failing() : '');
  if (compared()) {
    const n = (mark) => graph.items.filter((d) => d.mark === mark).length;
    return text('map.compared', { day: moment(new Date(graph.from).getTime()), added: n('added'), gone: n('gone'), changed: n('changed') });
  }
  const day = state.back < 0 ? text('map.as_of', { day: moment(then()) }) + ' ' : '';
  if (!state.fail.length) return day + text('map.tell_none', { n: graph.count });
  return day + failing();
}

function failing() {
  const names = graph.items.filter((i) => state.fail.includes(String(i.id))).map((i) => i.code || nameOf(i));
  return text('map.failing') + ': ' + names.join(', ') + ' – ' + text(graph.part ? 'map.tell_part' : 'map.tell', { down: graph.down, degraded: graph.degraded });
}

// tried counts what a sandbox does to what is drawn.
function tried() {
  const n = (list, mark) => list.filter((d) => d.mark === mark).length;
  return text('map.tried', { added: n(graph.items, 'added'), gone: n(graph.items, 'gone'), moved: n(graph.lines, 'moved'), lines: n(graph.lines, 'added'), cut: Math.max(0, n(graph.lines, 'gone') - n(graph.lines, 'moved')) });
}

function tell(before) {
  const d = chosen(), said = before ? [before] : [];
  said.push(summary());
  if (graph.cut) said.push(text('map.cut'));
  if (d) said.push(text('map.chosen', { item: fullOf(d) }) + (d.more ? ', ' + text('map.more', { n: d.more }) : ''));
  find('tell').textContent = said.join(' · ');
}

function mark(n) {
  cy.elements().removeClass('near');
  cy.nodes().unselect();
  n.select();
  n.connectedEdges().addClass('near');
}

function choose(id) {
  state.chosen = id;
  const n = cy.getElementById(id);
  mark(n);
  const p = n.renderedPosition();
  if (p.x < 60 || p.y < 40 || p.x > cy.width() - 60 || p.y > cy.height() - 40) cy.center(n);
  tell();
}

// ofChosen does something with the item that is chosen, or says that none is.
const ofChosen = (d, bundles) => { if (d && (d.id || bundles)) return true; find('tell').textContent = text('map.nothing_chosen'); return false; };
const toggled = (list, x) => (list.includes(x) ? list.filter((y) => y !== x) : [...list, x]);

function unfold(d) {
  note();
  if (d.bundle) state.apart = [...state.apart, kinOf(d)];
  else if (!state.open.includes(String(d.id))) state.open = [...state.open, String(d.id)];
  keep();
  draw(true);
}

function foldBack(d) {
  note();
  state.open = state.open.filter((x) => x !== String(d.id));
  state.apart = state.apart.filter((x) => x !== kinOf(d));
  keep();
  draw(true);
}

function fails(d) {
  if (compared()) { tell(text('map.no_failing')); return; }
  note();
  state.fail = toggled(state.fail, String(d.id));
  draw(true);
}

// change sets a part of the question.
function change(what, lasts = true) {
  note();
  Object.assign(state, what);
  show();
  if (lasts) keep();
  draw();
}

const after = (done, word) => { if (!done) return; keep(); show(); draw(true).then(() => tell(text(word))); };
const ways = ['both', 'source', 'target'];

const deeds = {
  fail: () => { const d = chosen(); if (ofChosen(d)) fails(d); },
  expand: () => { const d = chosen(); if (ofChosen(d, true)) unfold(d); },
  fold: () => { const d = chosen(); if (ofChosen(d, true)) foldBack(d); },
  open_item: () => { const d = chosen(); if (!ofChosen(d)) return; if (d.id > 0) location.assign(words.item + d.id); else tell(text('map.only_here')); },
  impact() {
    const ids = (state.fail.length ? state.fail : chosen()?.id ? [String(chosen().id)] : words.start).filter((i) => i > 0);
    if (!ids.length) { tell(text('map.only_here')); return; }
    location.assign(words.item + ids[0] + '/impact' + (ids.length > 1 ? '?' + ids.slice(1).map((i) => 'with=' + i).join('&') : ''));
  },
  undo: () => after(undo(), 'map.undone'),
  redo: () => after(redo(), 'map.redone'),
  clear: () => { if (state.fail.length) change({ fail: [] }, false); },
  tidy: () => change({ moved: {} }),
  turn: () => change({ way: ways[(ways.indexOf(state.way) + 1) % 3] }),
  gather: () => change({ all: !state.all, apart: [] }),
  loose: () => change({ loose: !state.loose }),
  fit,
  closer: () => cy.zoom({ level: cy.zoom() * 1.25, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }),
  farther: () => cy.zoom({ level: cy.zoom() / 1.25, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } }),
  table() { asTable(find('twin').hidden); if (find('twin').hidden) { canvas.focus(); begin(); } else find('twin').querySelector('[tabindex]')?.focus(); },
  svg: () => download('svg', new Blob([svg(cy, css)], { type: 'image/svg+xml' })),
  png: () => cy.png({ output: 'blob-promise', full: true, scale: 2, bg: css('paper') }).then((b) => download('png', b)),
  csv: () => download('csv', new Blob(['\ufeff' + csv(find('twin').querySelector('table'))], { type: 'text/csv' })),
};

function asTable(yes) {
  find('twin').hidden = !yes;
  canvas.hidden = yes;
  root.querySelector('[data-map=table]').setAttribute('aria-pressed', String(yes));
}

function download(kind, blob) {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(blob);
  a.download = words.around.replace(':', '-') + '.' + kind;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 10_000);
}

// show brings the controls into step with the state.
function show() {
  find('way').value = state.way;
  find('hops').value = String(state.hops);
  if (!words.sandbox) {
    find('back').value = String(state.back);
    find('day').textContent = state.back < 0 ? moment(then()) : text('map.today');
    find('compare').value = state.compare;
  }
  root.querySelector('[data-map=gather]').setAttribute('aria-pressed', String(!state.all));
  root.querySelector('[data-map=loose]').setAttribute('aria-pressed', String(state.loose));
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

// shift moves the chosen item without a mouse.
function shift(dx, dy) {
  const n = state.chosen && cy.getElementById(state.chosen);
  if (!n || n.empty()) return;
  note();
  n.position({ x: n.position().x + dx * 37, y: n.position().y + dy * 37 });
  state.moved = { ...state.moved, [n.id()]: { ...n.position() } };
  reroute();
  keep();
}

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const keys = { f: 'fail', '+': 'expand', '=': 'expand', '-': 'fold', Enter: 'open_item', u: 'undo', y: 'redo', w: 'turn', b: 'gather', r: 'loose', 0: 'fit', '.': 'closer', ',': 'farther', t: 'table' };

function onKey(e) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !canvas.contains(e.target)) return;
  if (arrows[e.key]) (e.shiftKey ? shift : go)(...arrows[e.key]);
  else if (keys[e.key]) deeds[keys[e.key]]();
  else return;
  e.preventDefault();
  e.stopImmediatePropagation();
}

// sketches lets somebody keep the map under a name, and take up one that is.
function sketches() {
  const list = find('sketch'), fill = () => list.replaceChildren(new Option(text('map.as_left'), ''), ...words.sketches.filter((s) => s.name).map((s) => new Option(s.name + (s.own ? '' : ' – ' + text('map.shared')), s.id)));
  const wear1 = () => words.sketches.find((s) => String(s.id) === list.value);
  fill();
  list.addEventListener('change', () => {
    const one = wear1();
    find('drop').hidden = !one?.own;
    if (!one) return;
    note();
    wear(one);
    show();
    draw().then(() => tell(one.name));
  });
  document.querySelector('[data-map-keep]').addEventListener('submit', async (e) => {
    e.preventDefault();
    const form = e.target;
    try {
      const kept = await save(form.elements.name.value, form.elements.shared?.checked || false);
      words.sketches = [...words.sketches.filter((s) => s.id !== kept.id), kept];
      fill();
      list.value = String(kept.id);
      find('drop').hidden = false;
      form.reset();
      form.closest('dialog').close();
      tell(text('map.kept', { name: kept.name }));
    } catch (fault) { form.querySelector('[data-map-wrong]').textContent = fault.message; }
  });
  find('drop').addEventListener('click', async () => {
    const one = wear1();
    if (!one || !(await drop(one.id)).ok) return;
    words.sketches = words.sketches.filter((s) => s.id !== one.id);
    fill();
    find('drop').hidden = true;
    tell(text('map.dropped', { name: one.name }));
  });
}

function listen() {
  cy.on('tap', 'node[!lane][!bracket]', (e) => choose(e.target.id()));
  cy.on('dbltap', 'node[!lane][!bracket]', (e) => { choose(e.target.id()); deeds.expand(); });
  cy.on('grab', 'node[!lane][!bracket]', note);
  cy.on('dragfree', 'node[!lane][!bracket]', (e) => { state.moved = { ...state.moved, [e.target.id()]: { ...e.target.position() } }; reroute(); keep(); });
  const press = (e) => { const b = e.target.closest('[data-map]'); if (b) deeds[b.dataset.map](); };
  root.addEventListener('click', press);
  document.querySelector('.head-deeds')?.addEventListener('click', press);
  find('twin').addEventListener('click', (e) => {
    const b = e.target.closest('[data-row]');
    const d = b && graph.items.find((i) => String(i.id || kinOf(i)) === b.dataset.id);
    if (d) ({ fail: fails, expand: unfold, fold: foldBack })[b.dataset.row](d);
  });
  find('way').addEventListener('change', (e) => change({ way: e.target.value }));
  find('hops').addEventListener('change', (e) => change({ hops: Number(e.target.value) }));
  find('back')?.addEventListener('input', (e) => { find('day').textContent = Number(e.target.value) < 0 ? moment(words.now + e.target.value * 86_400_000) : text('map.today'); });
  find('back')?.addEventListener('change', (e) => change({ back: Number(e.target.value) }, false));
  find('compare')?.addEventListener('change', (e) => {
    if (e.target.value === 'then' && state.back === 0) { e.target.value = state.compare; tell(text('map.choose_day')); find('back').focus(); return; }
    change({ compare: e.target.value }, false);
  });
  document.addEventListener('keydown', onKey, true);
}

function start() {
  cy = cytoscape({ container: canvas, style: style(css), layout: { name: 'preset' }, minZoom: .1, maxZoom: 3, wheelSensitivity: .3, boxSelectionEnabled: false, autounselectify: false, headless: false });
  listen();
  sketches();
  const again = () => cy.style(style(css)).update();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  new MutationObserver(again).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  new ResizeObserver(() => cy.resize()).observe(canvas);
  if (matchMedia('(max-width: 700px)').matches) asTable(true);
  root.topology = { cy, box }; // for tests and whoever looks into it
  show();
  draw();
}

start();
