// The island of flows: the BPMN 2.0 file of a life cycle, the very bytes that
// are offered to save, in bpmn-js. Where it is drawn, our own drawing stays for
// paper; without script, or when this fails, that one is seen.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const step = 1.25, way = 60, legible = .6, opening = 1;
const arrows = { ArrowLeft: [way, 0], ArrowRight: [-way, 0], ArrowUp: [0, way], ArrowDown: [0, -way] };

// flat writes the labels of arrows in one line, where the file places them:
// bpmn-js would break them to a narrow column, over other arrows.
function flat(viewer) {
  const { handlers } = viewer.get('bpmnRenderer'), broken = handlers.label;
  handlers.label = (gfx, label, attrs) => {
    if (!label.labelTarget?.waypoints) return broken(gfx, label, attrs);
    const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    text.textContent = label.businessObject.name;
    text.setAttribute('class', 'hb-word');
    text.setAttribute('y', 11);
    gfx.append(text);
    return text;
  };
}

async function show(flow) {
  const find = (name) => flow.querySelector('[data-flow-' + name + ']');
  const box = find('canvas');
  const answer = await fetch(flow.dataset.flow);
  if (!answer.ok) return;
  const file = await answer.text();
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const viewer = new NavigatedViewer({
    container: box,
    bpmnRenderer: { defaultFillColor: 'var(--sheet)', defaultStrokeColor: 'var(--ink-2)', defaultLabelColor: 'var(--ink)' },
    textRenderer: { defaultStyle: { fontFamily, fontSize: 13, fontWeight: '600' }, externalStyle: { fontFamily, fontSize: 12, fontWeight: 'normal' } },
  });
  flat(viewer);
  box.hidden = find('tools').hidden = false;
  try { await viewer.importXML(file); } catch { viewer.destroy(); box.hidden = find('tools').hidden = true; return; }
  flow.classList.add('hb-flow-shown');
  begin(flow, box, viewer, find);
}

// begin shows the flow and listens.
function begin(flow, box, viewer, find) {
  const canvas = viewer.get('canvas');
  const sheet = box.querySelector('.djs-container > svg');
  sheet.setAttribute('role', 'img');
  sheet.setAttribute('aria-label', box.dataset.label);
  const fit = () => canvas.zoom('fit-viewport', 'auto');
  // All of it where that can be read, else where it begins.
  let wide = 0;
  const open = () => {
    if (!box.clientWidth || box.clientWidth === wide) return; // not seen, as on paper, or no wider than before
    canvas.resized();
    const { inner } = canvas.viewbox();
    if (!inner.width) return;
    wide = box.clientWidth;
    const whole = Math.min(1, box.clientWidth / inner.width), scale = whole < legible ? opening : whole;
    box.style.blockSize = Math.round(Math.min(innerHeight * .75, Math.max(260, inner.height * scale + 80))) + 'px';
    canvas.resized();
    fit();
    if (whole === scale) return;
    const height = box.clientHeight / scale;
    canvas.viewbox({ x: inner.x - 24, y: inner.y + (inner.height - height) / 2, width: box.clientWidth / scale, height });
  };
  const deeds = { fit, closer: () => canvas.zoom(canvas.zoom() * step), farther: () => canvas.zoom(canvas.zoom() / step) };
  open();
  find('tools').addEventListener('click', (e) => deeds[e.target.closest('[data-flow-do]')?.dataset.flowDo]?.());
  box.addEventListener('keydown', (e) => {
    const deed = { '+': 'closer', '=': 'closer', '-': 'farther', 0: 'fit' }[e.key];
    if (e.ctrlKey || e.metaKey || e.altKey || e.target !== sheet || !deed && !arrows[e.key]) return;
    if (deed) deeds[deed]();
    else canvas.scroll({ dx: arrows[e.key][0], dy: arrows[e.key][1] });
    e.preventDefault();
    e.stopPropagation();
  });
  // The wheel scrolls the page, as everywhere; with Ctrl it zooms.
  box.addEventListener('wheel', (e) => { if (!e.ctrlKey && !e.metaKey) e.stopPropagation(); }, true);
  viewer.get('eventBus').on('element.click', ({ element }) => {
    const line = document.getElementById(flow.dataset.state + element.id.replace(/^State_|_label$/g, ''));
    if (line && element.id.startsWith('State_')) location.hash = line.id;
  });
  touch(box, canvas);
  new ResizeObserver(open).observe(box);
  flow.dataset.drawn = String(viewer.get('elementRegistry').filter((e) => !e.labelTarget && e !== canvas.getRootElement()).length);
}

// touch moves along with one finger (up and down the page scrolls), and moves
// and zooms with two.
function touch(box, canvas) {
  const on = new Map();
  const middle = () => { const all = [...on.values()]; return { x: all.reduce((s, p) => s + p.x, 0) / all.length, y: all.reduce((s, p) => s + p.y, 0) / all.length }; };
  const apart = () => { const [a, b] = [...on.values()]; return b ? Math.hypot(a.x - b.x, a.y - b.y) : 0; };
  box.addEventListener('pointerdown', (e) => { if (e.pointerType === 'touch') on.set(e.pointerId, { x: e.clientX, y: e.clientY }); });
  box.addEventListener('pointermove', (e) => {
    if (!on.has(e.pointerId)) return;
    const was = middle(), before = apart();
    on.set(e.pointerId, { x: e.clientX, y: e.clientY });
    const at = middle(), now = apart();
    canvas.scroll({ dx: at.x - was.x, dy: on.size > 1 ? at.y - was.y : 0 });
    if (before && now) { const edge = box.getBoundingClientRect(); canvas.zoom(canvas.zoom() * now / before, { x: at.x - edge.left, y: at.y - edge.top }); }
  });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) box.addEventListener(end, (e) => on.delete(e.pointerId));
}

// The light box of bpmn.io closes by Escape as our own dialogs do.
document.addEventListener('keydown', (e) => { if (e.key === 'Escape') document.querySelector('.bjs-powered-by-lightbox')?.remove(); });
document.querySelectorAll('[data-flow]').forEach(show);
