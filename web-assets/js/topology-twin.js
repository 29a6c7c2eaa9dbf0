// The table twin: the same items and lines as the canvas, for everybody who
// reads better than looks.
const el = (tag, className, ...children) => {
  const e = document.createElement(tag);
  if (className) e.className = className;
  e.append(...children);
  return e;
};

export function fillTwin(place, graph, { text, words, nameOf, classOf, state }) {
  const heads = ['from', 'class', 'zone', 'condition', 'lines'].map((k) => { const th = el('th', '', text('map.col.' + k)); th.scope = 'col'; return th; });
  const body = el('tbody');
  const hangs = new Map();
  for (const l of graph.lines) {
    const to = graph.items[l.to];
    const name = to.bundle ? text('map.bundle', { n: to.bundle, class: classOf(to) }) : to.code || nameOf(to);
    const how = [text('map.line.' + (l.redundant ? 'redundant' : l.effect || 'none'))];
    if (l.gate) how.push(text('map.gate.' + l.gate));
    if (!hangs.has(l.from)) hangs.set(l.from, []);
    hangs.get(l.from).push(name + ' (' + how.join(', ') + ')');
  }
  const order = graph.items.map((d, i) => i).sort((a, b) => graph.items[a].hops - graph.items[b].hops || (graph.items[a].code || '').localeCompare(graph.items[b].code || ''));
  for (const i of order) {
    const d = graph.items[i];
    const th = el('th', 'title-col');
    th.scope = 'row';
    if (d.id) { const a = el('a', '', (d.code ? d.code + ' ' : '') + (nameOf(d) === d.code ? '' : nameOf(d))); a.href = words.item + d.id; th.append(a); } else th.append(text('map.bundle', { n: d.bundle, class: classOf(d) }));
    const condition = el('span', d.condition === 'ok' ? 'muted' : 'strong', text('impact.condition.' + d.condition) + (state.fail.includes(String(d.id)) ? ' – ' + text('map.failing') : ''));
    body.append(el('tr', '', th, el('td', '', classOf(d)), el('td', '', d.zone ? words.zones[d.zone] || String(d.zone) : text('map.no_zone')), el('td', '', condition), el('td', '', (hangs.get(i) || []).join('; '))));
  }
  const table = el('table', 'list list-inset', el('thead', '', el('tr', '', ...heads)), body);
  const wrap = el('div', 'list-wrap', table);
  wrap.tabIndex = 0;
  wrap.setAttribute('role', 'region');
  wrap.setAttribute('aria-label', text('map.col.from'));
  place.replaceChildren(wrap);
}

// csv is the twin as a file; a formula is a text there.
export function csv(table) {
  return [...table.rows].map((r) => [...r.cells].map((c) => { const t = c.textContent.trim(); return '"' + (/^[=+\-@\t]/.test(t) ? "'" : '') + t.replaceAll('"', '""') + '"'; }).join(',')).join('\r\n') + '\r\n';
}
