// Lists: j and k move a cursor, x selects, Shift-x selects the range, o and
// Enter open. The cursor is real focus on the row's link, so that screen
// readers follow.
import { on } from './keys.js';

const list = () => document.querySelector('table[data-list]');
const rows = () => [...(list()?.querySelectorAll('tbody tr[data-row]') ?? [])];
const cursor = () => list()?.querySelector('tr[data-cursor]');
let anchor;

function place(row) {
  if (!row) return false;
  cursor()?.removeAttribute('data-cursor');
  row.setAttribute('data-cursor', '');
  row.scrollIntoView({ block: 'nearest' });
  row.querySelector('a')?.focus({ preventScroll: true });
  return true;
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(cursor());
  return place(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
}

function select(row, want) {
  const box = row?.querySelector('input[type=checkbox]');
  if (!box) return false;
  box.checked = want ?? !box.checked;
  box.dispatchEvent(new Event('change', { bubbles: true }));
  return true;
}

function counted() {
  const table = list();
  if (!table) return;
  const boxes = [...table.querySelectorAll('tbody input[type=checkbox]')];
  const n = boxes.filter((b) => b.checked).length;
  boxes.forEach((b) => b.closest('tr').setAttribute('aria-selected', b.checked));
  const all = table.querySelector('thead input[type=checkbox]');
  if (all) { all.checked = n > 0 && n === boxes.length; all.indeterminate = n > 0 && n < boxes.length; }
  const bar = document.querySelector('[data-bulk]');
  if (bar) { bar.hidden = n === 0; const said = bar.querySelector('[data-bulk-count]'); if (said) said.textContent = n; }
}

export function startLists() {
  on('j', () => step(1));
  on('k', () => step(-1));
  on('x', () => { anchor = cursor(); return select(anchor); });
  on('Shift-x', () => {
    const all = rows(), [a, b] = [all.indexOf(anchor ?? all[0]), all.indexOf(cursor())].sort((p, q) => p - q);
    if (b < 0) return false;
    all.slice(Math.max(a, 0), b + 1).forEach((r) => select(r, true));
    return true;
  });
  on('o', () => { const a = cursor()?.querySelector('a'); a?.click(); return !!a; });
  document.addEventListener('focusin', (e) => { const row = e.target.closest?.('tr[data-row]'); if (row && row !== cursor()) { cursor()?.removeAttribute('data-cursor'); row.setAttribute('data-cursor', ''); } });
  document.addEventListener('change', (e) => {
    if (e.target.matches('thead input[type=checkbox]')) rows().forEach((r) => { const b = r.querySelector('input[type=checkbox]'); if (b) b.checked = e.target.checked; });
    if (e.target.closest('table[data-list]')) counted();
  });
  document.addEventListener('click', (e) => { if (e.target.closest('[data-unselect]')) { rows().forEach((r) => select(r, false)); counted(); } });
  document.addEventListener('htmx:afterSettle', counted);
  counted();
}
