// Where items stand: what is needed to the right of what needs it (dagre's
// layers), zones as lanes from top to bottom, in the centre's own order. Same
// graph, same picture: the order comes from codes, never from chance.
import { graphlib, layout } from '@dagrejs/dagre';

export const box = { w: 184, h: 54 };
const column = 222; // one beside another in a layer
const gap = 50; // and more between layers: room for lines
const row = 74;
const pad = 38; // a lane's name
const most = 8; // below each other in a column; then they go on beside it

// ranks asks dagre for the layer and order of every item. Lines that mean
// nothing for failure only place what has no other.
function ranks(graph, keyOf) {
  const g = new graphlib.Graph();
  g.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 60 });
  g.setDefaultEdgeLabel(() => ({}));
  const order = graph.items.map((d) => [d.code || '', keyOf(d)]).sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1));
  for (const [, key] of order) g.setNode(key, { width: 150, height: 40 });
  const meant = new Set(graph.lines.filter((l) => l.effect).flatMap((l) => [l.from, l.to]));
  const lines = graph.lines.filter((l) => l.effect || !meant.has(l.from) || !meant.has(l.to))
    .map((l) => [keyOf(graph.items[l.from]), keyOf(graph.items[l.to])]).sort((a, b) => (a.join() < b.join() ? -1 : 1));
  for (const [from, to] of lines) g.setEdge(from, to);
  layout(g);
  return g;
}

// clusters keeps the members of a redundancy together: by the key of an item,
// the redundancy that it belongs to.
function clusters(brackets) {
  const of = new Map();
  for (const b of brackets) for (const m of b.data.members) if (!of.has(m)) of.set(m, b.data.id);
  return of;
}

// inOrder sorts a column: by height, the members of a redundancy side by side.
function inOrder(all, keyOf, y, of) {
  const height = new Map();
  for (const d of all) {
    const c = of.get(keyOf(d)) || keyOf(d), h = height.get(c) || { sum: 0, n: 0 };
    height.set(c, { sum: h.sum + y(d), n: h.n + 1 });
  }
  const of2 = (d) => of.get(keyOf(d)) || keyOf(d);
  const mean = (d) => { const h = height.get(of2(d)); return h.sum / h.n; };
  all.sort((a, b) => mean(a) - mean(b) || (of2(a) < of2(b) ? -1 : of2(a) > of2(b) ? 1 : 0) || y(a) - y(b) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

export function layOut(graph, keyOf, { moved, zones, order, noZone, brackets }) {
  const g = ranks(graph, keyOf);
  const layers = [...new Set(graph.items.map((d) => Math.round(g.node(keyOf(d)).x)))].sort((a, b) => a - b);
  const lanesBy = new Map();
  for (const d of graph.items) {
    const z = d.zone || 0;
    if (!lanesBy.has(z)) lanesBy.set(z, layers.map(() => []));
    lanesBy.get(z)[layers.indexOf(Math.round(g.node(keyOf(d)).x))].push(d);
  }
  const wide = layers.map((_, c) => Math.max(1, ...[...lanesBy.values()].map((l) => Math.ceil(l[c].length / most))));
  const left = wide.map((_, c) => wide.slice(0, c).reduce((a, b) => a + b, 0) * column + c * gap);
  const width = left[left.length - 1] + wide[wide.length - 1] * column;
  const of = clusters(brackets), at = {}, lanes = [];
  const rank = (z) => { const i = order.indexOf(String(z)); return i < 0 ? order.length + z : i; };
  let top = 0;
  for (const zone of [...lanesBy.keys()].sort((a, b) => rank(a) - rank(b))) {
    const lane = lanesBy.get(zone);
    const tallest = Math.max(...lane.map((l) => Math.ceil(l.length / Math.ceil(l.length / most || 1))).filter(Boolean));
    lane.forEach((all, c) => {
      inOrder(all, keyOf, (d) => g.node(keyOf(d)).y, of);
      const high = Math.ceil(all.length / Math.ceil(all.length / most || 1)) || 1;
      const start = Math.floor((tallest - high) / 2); // on whole rows, so that lines find their way between them
      all.forEach((d, n) => { at[keyOf(d)] = { x: left[c] + (Math.floor(n / high) + .5) * column, y: top + pad + (start + (n % high) + .5) * row }; });
    });
    const h = tallest * row + pad + 8;
    lanes.push({ zone, name: zone ? zones[zone] || String(zone) : noZone, x: 0, y: top, w: width, h });
    top += h + 14;
  }
  for (const key of Object.keys(at)) if (moved[key]) at[key] = { ...moved[key] };
  return { at, lanes, brackets: around(brackets, at) };
}

// around is the box of a bracket: close around the members of a redundancy
// that stand together. Where others stand among them there is none.
function around(brackets, at) {
  const out = {};
  for (const b of brackets) {
    const all = b.data.members.map((m) => at[m]).filter(Boolean);
    const xs = all.map((p) => p.x), ys = all.map((p) => p.y);
    const x0 = Math.min(...xs) - box.w / 2 - 7, x1 = Math.max(...xs) + box.w / 2 + 7, y0 = Math.min(...ys) - box.h / 2 - 8, y1 = Math.max(...ys) + box.h / 2 + 5;
    const among = Object.entries(at).some(([k, p]) => !b.data.members.includes(k) && p.x + box.w / 2 > x0 && p.x - box.w / 2 < x1 && p.y + box.h / 2 > y0 && p.y - box.h / 2 < y1);
    if (!among) out[b.data.id] = { at: { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, w: x1 - x0, h: y1 - y0 };
  }
  return out;
}

// routes leads lines around boxes: right of what needs, up or down between two
// columns, left into what is needed. All lines into one item share their way
// from the column they leave on, so that many read as one. A line that runs
// back has no route.
export function routes(lines, at) {
  const targets = new Map(), sources = new Map();
  const note = (map, x, key, y) => { if (!map.has(x)) map.set(x, new Map()); map.get(x).set(key, y); };
  for (const l of lines) {
    const a = at[l.from], b = at[l.to];
    if (b.x - a.x < box.w + 20) continue;
    note(targets, Math.round(b.x), l.to, b.y);
    note(sources, Math.round(a.x), l.to, b.y);
  }
  const place = (map, x, key) => { const all = [...map.get(x)].sort((p, q) => p[1] - q[1] || (p[0] < q[0] ? -1 : 1)).map((p) => p[0]); return [all.indexOf(key), all.length]; };
  const columns = [...new Set(Object.values(at).map((p) => Math.round(p.x)))];
  return lines.map((l) => {
    const a = at[l.from], b = at[l.to];
    if (b.x - a.x < box.w + 20) return null;
    const x0 = a.x + box.w / 2, x3 = b.x - box.w / 2;
    const [i, n] = place(targets, Math.round(b.x), l.to), [j, m] = place(sources, Math.round(a.x), l.to);
    const trunk = x3 - 15 - (n > 1 ? (i / (n - 1)) * Math.min(26, (n - 1) * 6) : 0);
    const between = columns.some((x) => x - box.w / 2 > x0 && x + box.w / 2 < x3);
    if (!between) return Math.abs(a.y - b.y) < 1 ? [{ x: (x0 + x3) / 2, y: a.y }] : [{ x: Math.max(trunk, x0 + 6), y: a.y }, { x: Math.max(trunk, x0 + 6), y: b.y }];
    const out = x0 + 8 + (m > 1 ? (j / (m - 1)) * Math.min(20, (m - 1) * 5) : 0);
    const channel = b.y + (a.y <= b.y ? -1 : 1) * (box.h / 2 + 6 + (i % 3) * 3);
    return [{ x: out, y: a.y }, { x: out, y: channel }, { x: trunk, y: channel }, { x: trunk, y: b.y }];
  });
}

// bends writes points as Cytoscape's segments understand them: how far along
// the straight line between the ends, and how far beside it.
export function bends(a, b, points) {
  const dx = b.x - a.x, dy = b.y - a.y, len = Math.hypot(dx, dy) || 1;
  return {
    weights: points.map((p) => (((p.x - a.x) * dx + (p.y - a.y) * dy) / (len * len)).toFixed(5)).join(' '),
    distances: points.map((p) => (((p.x - a.x) * -dy + (p.y - a.y) * dx) / len).toFixed(2)).join(' '),
  };
}
