// Where items stand: what is needed to the right of what needs it (dagre's
// layers), zones as lanes from top to bottom. Same graph, same picture: the
// order comes from codes, never from chance.
import { graphlib, layout } from '@dagrejs/dagre';

const column = 176;
const gap = 46;
const row = 64;
const pad = 34;

// ranks asks dagre for the layer and order of every item.
function ranks(graph, keyOf) {
  const g = new graphlib.Graph();
  g.setGraph({ rankdir: 'LR', nodesep: 10, ranksep: 60 });
  g.setDefaultEdgeLabel(() => ({}));
  const order = graph.items.map((d) => [d.code || '', keyOf(d)]).sort((a, b) => (a[0] + a[1] < b[0] + b[1] ? -1 : 1));
  for (const [, key] of order) g.setNode(key, { width: 150, height: 40 });
  const lines = graph.lines.map((l) => [keyOf(graph.items[l.from]), keyOf(graph.items[l.to])]).sort((a, b) => (a.join() < b.join() ? -1 : 1));
  for (const [from, to] of lines) g.setEdge(from, to);
  layout(g);
  return g;
}

// most items stand below each other in one column of a lane; then they go on
// beside it.
const most = 4;

export function layOut(graph, keyOf, { moved, zones, noZone, brackets }) {
  const g = ranks(graph, keyOf);
  const layers = [...new Set(graph.items.map((d) => Math.round(g.node(keyOf(d)).x)))].sort((a, b) => a - b);
  const layerOf = (d) => layers.indexOf(Math.round(g.node(keyOf(d)).x));
  const lanesBy = new Map();
  for (const d of graph.items) {
    const z = d.zone || 0, c = layerOf(d);
    if (!lanesBy.has(z)) lanesBy.set(z, layers.map(() => []));
    lanesBy.get(z)[c].push(d);
  }
  const wide = layers.map((_, c) => Math.max(1, ...[...lanesBy.values()].map((l) => Math.ceil(l[c].length / most))));
  const left = wide.map((_, c) => wide.slice(0, c).reduce((a, b) => a + b, 0) * column + c * gap);
  const width = left[left.length - 1] + wide[wide.length - 1] * column;
  const at = {};
  const lanes = [];
  let top = 0;
  for (const zone of [...lanesBy.keys()].sort((a, b) => a - b)) {
    const lane = lanesBy.get(zone);
    const tallest = Math.max(...lane.map((l) => Math.min(l.length, most)));
    lane.forEach((all, c) => {
      all.sort((a, b) => g.node(keyOf(a)).y - g.node(keyOf(b)).y || (keyOf(a) < keyOf(b) ? -1 : 1));
      const high = Math.ceil(all.length / Math.ceil(all.length / most || 1));
      all.forEach((d, n) => { // short columns stand in the middle of the lane
        at[keyOf(d)] = { x: left[c] + (Math.floor(n / high) + .5) * column, y: top + pad + ((tallest - high) / 2 + (n % high) + .5) * row };
      });
    });
    const h = tallest * row + pad + 10;
    lanes.push({ zone, name: zone ? zones[zone] || String(zone) : noZone, x: 0, y: top, w: width, h });
    top += h + 14;
  }
  for (const key of Object.keys(at)) if (moved[key]) at[key] = moved[key];
  return { at, lanes, brackets: around(brackets, at) };
}

// around is the box of a bracket: close around the members of a redundancy.
function around(brackets, at) {
  const out = {};
  for (const b of brackets) {
    const all = b.data.members.map((m) => at[m]).filter(Boolean);
    const xs = all.map((p) => p.x), ys = all.map((p) => p.y);
    const x0 = Math.min(...xs) - 86, x1 = Math.max(...xs) + 86, y0 = Math.min(...ys) - 29, y1 = Math.max(...ys) + 29;
    out[b.data.id] = { at: { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }, w: x1 - x0, h: y1 - y0 };
  }
  return out;
}
