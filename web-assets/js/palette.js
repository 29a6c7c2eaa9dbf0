// The palette: go, find, do. Deeds and places are read from the page itself,
// recent records from this machine, so it answers without the network; the
// server adds what it finds (GET data-find?q=, answering .palette-item links).
import { on } from './keys.js';
import { openDialog } from './dialogs.js';
import { word } from './words.js';

const recentKey = 'kilter.recent';
const recent = () => { try { return JSON.parse(localStorage.getItem(recentKey)) ?? []; } catch { return []; } };

function remember() {
  const here = document.querySelector('[data-recent]');
  if (!here) return;
  const one = { href: location.pathname, text: here.dataset.recent };
  try { localStorage.setItem(recentKey, JSON.stringify([one, ...recent().filter((r) => r.href !== one.href)].slice(0, 12))); } catch { /* private window */ }
}

// local gathers what the page offers: deeds on the open record first, then
// recents, then places.
function local(dialog) {
  const named = (el) => el.dataset.palette || el.getAttribute('aria-label') || el.dataset.tip || el.querySelector('.cut')?.textContent || el.textContent.trim().replace(/\s+/g, ' ');
  const from = (sel, hint) => [...document.querySelectorAll(sel)].filter((el) => !dialog.contains(el)).map((el) => ({ text: named(el), key: el.dataset.key, hint, run: () => el.click() }));
  return [
    ...from('#main [data-deed]', word('palette.do')),
    ...recent().map((r) => ({ text: r.text, hint: word('palette.recent'), href: r.href })),
    ...from('[data-deed]', word('palette.do')),
    ...from('.rail-link[href], .view[href]', word('palette.go')),
  ].filter((item, i, all) => item.text && all.findIndex((o) => o.text === item.text) === i);
}

function row(item, i) {
  const el = document.createElement(item.href ? 'a' : 'div');
  el.className = 'palette-item';
  el.id = 'palette-' + i;
  el.setAttribute('role', 'option');
  el.tabIndex = -1;
  if (item.href) el.href = item.href;
  el.append(Object.assign(document.createElement('span'), { className: 'cut', textContent: item.text }));
  el.append(Object.assign(document.createElement(item.key ? 'kbd' : 'span'), { className: item.key ? '' : 'palette-hint', textContent: item.key || item.hint }));
  el.run = item.run;
  return el;
}

export function startPalette() {
  remember();
  const dialog = document.getElementById('palette');
  if (!dialog) return;
  const input = dialog.querySelector('input'), list = dialog.querySelector('[role=listbox]');
  let asked = 0, at = 0, timer;
  const items = () => [...list.children];
  const mark = (n) => {
    const all = items();
    at = all.length ? (n + all.length) % all.length : 0;
    all.forEach((el, i) => el.setAttribute('aria-selected', i === at));
    all[at]?.scrollIntoView({ block: 'nearest' });
    all[at] ? input.setAttribute('aria-activedescendant', all[at].id) : input.removeAttribute('aria-activedescendant');
  };
  const show = (found = []) => {
    const q = input.value.trim().toLowerCase();
    const mine = local(dialog).filter((i) => i.text.toLowerCase().includes(q)).slice(0, q ? 8 : 14);
    list.replaceChildren(...mine.map(row), ...found);
    items().forEach((el, i) => { el.id = 'palette-' + i; });
    mark(0);
  };
  const ask = async () => {
    const q = input.value.trim(), mine = ++asked;
    if (!q || !dialog.dataset.find) return;
    const answer = await fetch(dialog.dataset.find + '?q=' + encodeURIComponent(q), { headers: { 'HX-Request': 'true' } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const shape = document.createElement('template');
    shape.innerHTML = await answer.text();
    show([...shape.content.querySelectorAll('.palette-item')]);
  };
  const go = (el) => { if (!el) return; dialog.close(); el.run ? el.run() : el.href && (location.href = el.href); };
  input.addEventListener('input', () => { show(); clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener('keydown', (e) => {
    if (e.isComposing) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); mark(at + (e.key === 'ArrowDown' ? 1 : -1)); }
    if (e.key === 'Enter') { e.preventDefault(); go(items()[at]); }
  });
  list.addEventListener('click', (e) => { const el = e.target.closest('.palette-item'); if (el?.run) go(el); });
  const open = () => { openDialog(dialog); input.value = ''; show(); return true; };
  document.addEventListener('click', (e) => { if (e.target.closest('[data-palette-open]')) { e.preventDefault(); open(); } });
  on('Ctrl-k', open);
}
