// How the canvas looks: colours from the tokens, meaning also in shape, dash
// and arrow. The same picture can be written as SVG.
export function style(css) {
  const base = { 'font-family': css('font') || 'sans-serif', 'font-size': 12, color: css('ink') };
  return [
    { selector: 'node', style: { ...base, shape: 'round-rectangle', width: 156, height: 42, label: 'data(label)', 'text-wrap': 'wrap', 'text-max-width': 148, 'text-overflow-wrap': 'anywhere', 'text-valign': 'center', 'background-color': css('sheet'), 'border-width': 1, 'border-color': css('edge'), 'overlay-opacity': 0, 'z-index-compare': 'manual', 'z-index': 10 } },
    { selector: 'node[bundle > 0]', style: { shape: 'cut-rectangle', 'border-width': 3, 'border-style': 'double' } },
    { selector: 'node[start = 1]', style: { 'border-width': 2, 'border-color': css('jade'), 'font-weight': 600 } },
    { selector: 'node[condition = "degraded"]', style: { shape: 'hexagon', 'background-color': css('amber-soft'), 'border-color': css('amber'), 'border-width': 2, 'border-style': 'dashed' } },
    { selector: 'node[condition = "down"]', style: { shape: 'octagon', 'background-color': css('vermilion-soft'), 'border-color': css('vermilion'), 'border-width': 2 } },
    { selector: 'node[failed = 1]', style: { 'background-color': css('vermilion'), color: css('on-vermilion'), 'font-weight': 600 } },
    { selector: 'node[lane]', style: { shape: 'rectangle', width: 'data(w)', height: 'data(h)', 'background-color': css('rail'), 'border-width': 1, 'border-style': 'solid', 'border-color': css('line'), color: css('ink-2'), 'text-valign': 'top', 'text-halign': 'center', 'text-margin-y': 18, 'font-weight': 600, 'text-max-width': 600, events: 'no', 'z-index': 0 } },
    { selector: 'node[bracket]', style: { shape: 'round-rectangle', width: 'data(w)', height: 'data(h)', 'background-opacity': 0, 'border-width': 1.5, 'border-style': 'dashed', 'border-color': css('jade'), color: css('jade-ink'), 'font-size': 11, 'text-valign': 'top', 'text-margin-y': 1, 'text-background-color': css('rail'), 'text-background-opacity': 1, 'text-background-padding': 2, events: 'no', 'z-index': 1 } },
    { selector: 'node[bracket][condition = "down"]', style: { 'border-color': css('vermilion'), color: css('vermilion-ink') } },
    { selector: 'node[bracket][condition = "degraded"]', style: { 'border-color': css('amber'), color: css('amber-ink') } },
    { selector: 'node:selected', style: { 'border-width': 4, 'border-color': css('slate') } },
    { selector: 'edge', style: { ...base, 'font-size': 11, width: 1.5, 'curve-style': 'bezier', 'line-color': css('edge'), 'target-arrow-color': css('edge'), 'source-arrow-color': css('edge'), 'target-arrow-shape': 'triangle', label: 'data(gate)', color: css('ink-2'), 'text-background-color': css('paper'), 'text-background-opacity': 1, 'text-background-padding': 2, 'z-index-compare': 'manual', 'z-index': 5 } },
    { selector: 'edge[meaning = "hard"]', style: { width: 2, 'line-color': css('ink-3'), 'target-arrow-color': css('ink-3') } },
    { selector: 'edge[meaning = "soft"]', style: { 'line-style': 'dashed', 'target-arrow-shape': 'vee' } },
    { selector: 'edge[meaning = "redundant"]', style: { 'line-style': 'solid', 'line-color': css('jade'), 'target-arrow-color': css('jade'), 'target-arrow-shape': 'diamond' } },
    { selector: 'edge[meaning = "none"]', style: { width: 1, 'line-style': 'dotted', 'target-arrow-shape': 'none' } },
    { selector: 'edge[mutual = 1]', style: { 'source-arrow-shape': 'triangle' } },
    { selector: 'edge[falls = 1]', style: { width: 3, 'line-color': css('vermilion'), 'target-arrow-color': css('vermilion') } },
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
  const box = cy.elements().boundingBox();
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="${num(box.x1 - 12)} ${num(box.y1 - 12)} ${num(box.w + 24)} ${num(box.h + 24)}" font-family="sans-serif">`, `<rect x="${num(box.x1 - 12)}" y="${num(box.y1 - 12)}" width="100%" height="100%" fill="${css('paper')}"/>`];
  const node = (n) => {
    const look = `fill="${n.style('background-opacity') === '0' ? 'none' : n.style('background-color')}" stroke="${n.style('border-color')}" stroke-width="${parseFloat(n.style('border-width'))}" stroke-dasharray="${dash[n.style('border-style')] || 'none'}"`;
    out.push(shape(n, look));
    const lines = String(n.data('label')).split('\n');
    const top = n.data('lane') ? n.position().y - n.height() / 2 + 18 : n.data('bracket') ? n.position().y - n.height() / 2 - 3 : n.position().y - (lines.length - 1) * 7.5 + 4;
    lines.forEach((t, i) => out.push(`<text x="${num(n.position().x)}" y="${num(top + i * 15)}" font-size="12" text-anchor="middle" fill="${n.style('color')}">${esc(t)}</text>`));
  };
  cy.nodes('[lane]').forEach(node);
  cy.nodes('[bracket]').forEach(node);
  cy.edges().forEach((e) => {
    const a = e.sourceEndpoint(), b = e.targetEndpoint();
    const angle = Math.atan2(b.y - a.y, b.x - a.x);
    const colour = e.style('line-color');
    out.push(`<line x1="${num(a.x)}" y1="${num(a.y)}" x2="${num(b.x)}" y2="${num(b.y)}" stroke="${colour}" stroke-width="${parseFloat(e.style('width'))}" stroke-dasharray="${dash[e.style('line-style')] || 'none'}"/>`);
    if (e.style('target-arrow-shape') !== 'none') out.push(`<polygon points="${[[0, 0], [-9, 4], [-9, -4]].map(([x, y]) => num(b.x + x * Math.cos(angle) - y * Math.sin(angle)) + ',' + num(b.y + x * Math.sin(angle) + y * Math.cos(angle))).join(' ')}" fill="${colour}"/>`);
    if (e.data('gate')) out.push(`<text x="${num((a.x + b.x) / 2)}" y="${num((a.y + b.y) / 2 - 4)}" font-size="11" text-anchor="middle" fill="${css('ink-2')}">${esc(e.data('gate'))}</text>`);
  });
  cy.nodes('[!lane][!bracket]').forEach(node);
  return out.join('') + '</svg>';
}
