// How the canvas looks: colours from the tokens, meaning also in shape, dash
// and arrow. The same picture can be written as SVG.
import { box } from './topology-layout.js';

export function style(css) {
  const base = { 'font-family': css('font') || 'sans-serif', 'font-size': 12, color: css('ink') };
  return [
    { selector: 'node', style: { ...base, shape: 'round-rectangle', 'corner-radius': 6, width: box.w, height: box.h, label: 'data(label)', 'text-wrap': 'wrap', 'text-max-width': 400, 'line-height': 1.2, 'text-valign': 'center', 'background-color': css('sheet'), 'border-width': 1, 'border-color': css('edge'), 'overlay-opacity': 0, 'z-index-compare': 'manual', 'z-index': 10 } },
    { selector: 'node[idle = 1]', style: { 'border-style': 'dashed', color: css('ink-2'), 'background-color': css('paper') } },
    { selector: 'node[bundle > 0]', style: { shape: 'cut-rectangle', 'border-width': 3, 'border-style': 'double' } },
    { selector: 'node[start = 1]', style: { 'border-width': 2, 'border-color': css('jade'), 'background-color': css('jade-soft') } },
    { selector: 'node[mark = "added"]', style: { 'border-width': 2, 'border-color': css('jade'), 'border-style': 'solid' } },
    { selector: 'node[mark = "gone"]', style: { 'border-width': 2, 'border-color': css('vermilion'), 'border-style': 'dotted', color: css('ink-2') } },
    { selector: 'node[mark = "changed"]', style: { 'border-width': 2, 'border-color': css('amber'), 'border-style': 'dashed' } },
    { selector: 'node[condition = "degraded"]', style: { shape: 'hexagon', 'background-color': css('amber-soft'), 'border-color': css('amber'), 'border-width': 2, 'border-style': 'dashed' } },
    { selector: 'node[condition = "down"]', style: { shape: 'octagon', 'background-color': css('vermilion-soft'), 'border-color': css('vermilion'), 'border-width': 2 } },
    { selector: 'node[failed = 1]', style: { 'background-color': css('vermilion'), color: css('on-vermilion') } },
    { selector: 'node[lane]', style: { shape: 'rectangle', width: 'data(w)', height: 'data(h)', 'background-color': css('rail'), 'background-opacity': .55, 'border-width': 1, 'border-style': 'solid', 'border-color': css('line'), color: css('ink-2'), 'text-valign': 'top', 'text-halign': 'center', 'text-margin-y': 20, 'text-margin-x': 'data(shift)', 'text-wrap': 'none', events: 'no', 'z-index': 0 } },
    { selector: 'node[bracket]', style: { shape: 'round-rectangle', width: 'data(w)', height: 'data(h)', 'background-opacity': 0, 'border-width': 1.5, 'border-style': 'dashed', 'border-color': css('jade'), color: css('jade-ink'), 'font-size': 11, 'text-valign': 'top', 'text-margin-y': 6, 'text-background-color': css('rail'), 'text-background-opacity': 1, 'text-background-padding': 2, events: 'no', 'z-index': 6 } },
    { selector: 'node[bracket][condition = "down"]', style: { 'border-color': css('vermilion'), color: css('vermilion-ink') } },
    { selector: 'node[bracket][condition = "degraded"]', style: { 'border-color': css('amber'), color: css('amber-ink') } },
    { selector: 'node:selected', style: { 'border-width': 4, 'border-color': css('slate') } },
    { selector: 'edge', style: { ...base, 'font-size': 11, width: 1.5, 'curve-style': 'bezier', 'line-color': css('edge'), 'target-arrow-color': css('edge'), 'source-arrow-color': css('edge'), 'target-arrow-shape': 'triangle', 'arrow-scale': .9, label: 'data(gate)', color: css('ink-2'), 'text-background-color': css('paper'), 'text-background-opacity': 1, 'text-background-padding': 2, 'overlay-opacity': 0, 'z-index-compare': 'manual', 'z-index': 5 } },
    { selector: 'edge[routed = 1]', style: { 'curve-style': 'round-segments', 'segment-weights': 'data(weights)', 'segment-distances': 'data(distances)', 'segment-radii': 7, 'edge-distances': 'node-position', 'source-endpoint': '50% 0%', 'target-endpoint': '-50% 0%', label: '', 'source-label': 'data(count)', 'source-text-offset': 24, 'source-text-margin-y': -8, 'target-label': 'data(gate)', 'target-text-offset': 'data(back)' } },
    { selector: 'edge[meaning = "hard"]', style: { 'line-color': css('ink-3'), 'target-arrow-color': css('ink-3') } },
    { selector: 'edge[meaning = "soft"]', style: { 'line-style': 'dashed', 'target-arrow-shape': 'vee' } },
    { selector: 'edge[meaning = "redundant"]', style: { 'line-style': 'solid', 'line-color': css('jade'), 'target-arrow-color': css('jade'), 'target-arrow-shape': 'diamond' } },
    { selector: 'edge[meaning = "none"]', style: { width: 1, 'line-style': 'dotted', 'target-arrow-shape': 'none' } },
    { selector: 'edge[mutual = 1]', style: { 'source-arrow-shape': 'triangle' } },
    { selector: 'edge[mark = "added"]', style: { width: 2.5, 'line-color': css('jade'), 'target-arrow-color': css('jade') } },
    { selector: 'edge[mark = "gone"]', style: { width: 2.5, 'line-color': css('vermilion'), 'target-arrow-color': css('vermilion'), 'line-style': 'dotted' } },
    { selector: 'edge[mark = "changed"]', style: { width: 2.5, 'line-color': css('amber'), 'target-arrow-color': css('amber'), 'line-style': 'dashed' } },
    { selector: 'edge[mark = "moved"]', style: { width: 2.5, 'line-color': css('slate'), 'target-arrow-color': css('slate'), 'line-style': 'dashed' } },
    { selector: 'edge[falls = 1]', style: { width: 2.5, 'line-color': css('vermilion'), 'target-arrow-color': css('vermilion'), 'z-index': 7 } },
    { selector: 'edge.near', style: { width: 3, 'line-color': css('slate'), 'target-arrow-color': css('slate'), 'z-index': 8 } },
  ];
}

const esc = (s) => String(s).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);
const dash = { dashed: '6 4', dotted: '2 3' };
const num = (n) => Math.round(n * 10) / 10;

// shape outlines a node: octagons and hexagons say what colour says.
function shape(n, look) {
  const { x, y } = n.position(), w = n.width() / 2, h = n.height() / 2;
  const kind = n.style('shape');
  if (kind !== 'octagon' && kind !== 'hexagon') return `<rect x="${num(x - w)}" y="${num(y - h)}" width="${num(2 * w)}" height="${num(2 * h)}" rx="${kind === 'rectangle' ? 0 : 6}" ${look}/>`;
  const c = 10;
  const points = kind === 'octagon'
    ? [[-w + c, -h], [w - c, -h], [w, -h + c], [w, h - c], [w - c, h], [-w + c, h], [-w, h - c], [-w, -h + c]]
    : [[-w + c, -h], [w - c, -h], [w, 0], [w - c, h], [-w + c, h], [-w, 0]];
  return `<polygon points="${points.map(([a, b]) => num(x + a) + ',' + num(y + b)).join(' ')}" ${look}/>`;
}

// svg writes what is on the canvas as a drawing that scales.
export function svg(cy, css) {
  const all = cy.elements().boundingBox();
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${num(all.x1 - 12)} ${num(all.y1 - 12)} ${num(all.w + 24)} ${num(all.h + 24)}" font-family="sans-serif">`, `<rect x="${num(all.x1 - 12)}" y="${num(all.y1 - 12)}" width="100%" height="100%" fill="${css('paper')}"/>`];
  const node = (n) => {
    const look = `fill="${n.style('background-opacity') === '0' ? 'none' : n.style('background-color')}" fill-opacity="${n.style('background-opacity')}" stroke="${n.style('border-color')}" stroke-width="${parseFloat(n.style('border-width'))}" stroke-dasharray="${dash[n.style('border-style')] || 'none'}"`;
    out.push(shape(n, look));
    const lines = String(n.data('label')).split('\n');
    const top = n.data('lane') ? n.position().y - n.height() / 2 + 22 : n.data('bracket') ? n.position().y - n.height() / 2 + 3 : n.position().y - (lines.length - 1) * 7.5 + 4;
    const x = n.position().x + (n.data('shift') || 0);
    lines.forEach((t, i) => out.push(`<text x="${num(x)}" y="${num(top + i * 15)}" font-size="12" text-anchor="middle" fill="${n.style('color')}">${esc(t)}</text>`));
  };
  cy.nodes('[lane]').forEach(node);
  cy.edges().forEach((e) => {
    const way = [e.sourceEndpoint(), ...(e.data('routed') ? e.segmentPoints() || [] : []), e.targetEndpoint()];
    const b = way[way.length - 1], a = way[way.length - 2];
    const angle = Math.atan2(b.y - a.y, b.x - a.x);
    const colour = e.style('line-color');
    out.push(`<polyline points="${way.map((p) => num(p.x) + ',' + num(p.y)).join(' ')}" fill="none" stroke="${colour}" stroke-width="${parseFloat(e.style('width'))}" stroke-dasharray="${dash[e.style('line-style')] || 'none'}" stroke-linejoin="round"/>`);
    if (e.style('target-arrow-shape') !== 'none') out.push(`<polygon points="${[[0, 0], [-9, 4], [-9, -4]].map(([x, y]) => num(b.x + x * Math.cos(angle) - y * Math.sin(angle)) + ',' + num(b.y + x * Math.sin(angle) + y * Math.cos(angle))).join(' ')}" fill="${colour}"/>`);
    const say = (t, x, y, anchor) => t && out.push(`<text x="${num(x)}" y="${num(y)}" font-size="11" text-anchor="${anchor}" fill="${css('ink-2')}">${esc(t)}</text>`);
    say(e.data('gate'), a.x - 4, a.y + (way.length > 2 && way[way.length - 3].y < a.y ? -16 : 16), 'end');
    say(e.data('count'), way[0].x + 8, way[0].y - 4, 'start');
  });
  cy.nodes('[bracket]').forEach(node);
  cy.nodes('[!lane][!bracket]').forEach(node);
  return out.join('') + '</svg>';
}
