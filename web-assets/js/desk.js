// The workspace's own manners: the record beside the list, the list that has
// changed meanwhile, what follows a deed, files and canned texts in composers.
import { toast } from './toasts.js';
import { word } from './words.js';

const listKey = () => 'kilter.scroll ' + location.pathname + location.search.replace(/[?&]open=[^&]*/, '');

// opened keeps list and pane in step: which row is open, and on a phone which
// of the two is seen.
function opened() {
  const split = document.querySelector('.split');
  if (!split) return;
  const pane = split.querySelector('#record .pane');
  split.toggleAttribute('data-open', !!pane);
  if (pane) split.removeAttribute('data-closed'); else split.setAttribute('data-closed', '');
  const ref = pane?.dataset.number;
  split.querySelectorAll('tr[data-row]').forEach((row) => {
    row.toggleAttribute('data-open', row.dataset.ref === ref);
    if (row.dataset.ref === ref) { split.querySelector('tr[data-cursor]')?.removeAttribute('data-cursor'); row.setAttribute('data-cursor', ''); }
  });
}

// keepPlace lets the list stand where it stood when the page comes back.
function keepPlace() {
  const list = document.getElementById('list');
  if (!list) return;
  try { list.scrollTop = Number(sessionStorage.getItem(listKey())) || 0; } catch { /* private window */ }
  list.addEventListener('scroll', () => { try { sessionStorage.setItem(listKey(), list.scrollTop); } catch { /* as above */ } }, { passive: true });
}

function nextRow() {
  const rows = [...document.querySelectorAll('tr[data-row]')];
  const at = rows.findIndex((r) => r.hasAttribute('data-open'));
  rows[at + 1]?.querySelector('a')?.click();
}

// bring sends files to the server and puts what it answers into the form.
async function bring(form, files) {
  const url = form.querySelector('[data-attach]')?.dataset.attach, list = form.querySelector('[data-files]');
  if (!url || !list) return;
  for (const file of files) {
    const body = new FormData();
    body.append('file', file, file.name || 'picture.png');
    try {
      const answer = await fetch(url, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
      if (!answer.ok) {
        const shape = document.createElement('template');
        shape.innerHTML = await answer.text();
        toast(shape.content.textContent.trim() || word('net.failed'), 'alert-triangle');
        continue;
      }
      const kept = await answer.json();
      const chip = Object.assign(document.createElement('li'), { className: 'file-chip', textContent: kept.name + ' · ' + kept.size });
      chip.append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'file', value: kept.value }));
      chip.append(Object.assign(document.createElement('button'), { type: 'button', className: 'btn btn-quiet btn-small', textContent: '×' }));
      chip.lastChild.setAttribute('data-unfile', '');
      chip.lastChild.setAttribute('aria-label', kept.name);
      list.append(chip);
    } catch { toast(word('net.offline'), 'alert-triangle'); }
  }
}

function insert(area, text) {
  if (!area) return;
  area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
  area.dispatchEvent(new Event('input', { bubbles: true }));
  area.focus();
}

// edit begins in the field that was just opened for it, at its end.
function edit(place) {
  const field = place?.querySelector?.('.inline-form')?.querySelector('input:not([type=hidden]), textarea, select');
  if (!field || place.contains(document.activeElement)) return;
  field.focus();
  if (field.matches('input[type=text], textarea')) field.setSelectionRange(field.value.length, field.value.length);
}

function clicks(e) {
  const t = e.target;
  const close = t.closest('[data-close-pane]');
  if (close) {
    e.preventDefault();
    document.getElementById('record')?.replaceChildren();
    opened();
    history.pushState(null, '', close.href);
    document.querySelector('tr[data-cursor] a')?.focus();
    return;
  }
  if (t.closest('[data-refresh]')) { window.htmx.trigger('#rows', 'kilter:refresh'); t.closest('.fresh')?.replaceChildren(); return; }
  if (t.closest('[data-unfile]')) { t.closest('li')?.remove(); return; }
  const canned = t.closest('[data-insert]');
  if (canned) { insert(canned.closest('form')?.querySelector('textarea'), canned.dataset.insert); return; }
  const fill = t.closest('[data-fill]');
  if (fill) {
    const field = document.getElementById(fill.dataset.fill);
    if (field?.tomselect) field.tomselect.setValue(fill.dataset.value); else if (field) { field.value = fill.dataset.value; field.dispatchEvent(new Event('change', { bubbles: true })); }
  }
}

export function startDesk() {
  document.addEventListener('click', clicks);
  document.addEventListener('click', (e) => { if (e.target.closest?.('[data-print]')) print(); });
  document.addEventListener('click', (e) => {
    // With a modifier, or on a phone, a row opens the record's own page.
    const a = e.target.closest?.('a[data-full]');
    if (a && innerWidth <= 900 && !e.ctrlKey && !e.metaKey) { e.preventDefault(); e.stopImmediatePropagation(); location.href = a.dataset.full; }
  }, true);
  document.addEventListener('htmx:afterSwap', (e) => { if (e.detail.target?.id === 'record' || e.detail.target?.id === 'rows') opened(); });
  document.addEventListener('kilter:done', () => document.querySelectorAll('dialog[open]').forEach((d) => d.close()));
  document.addEventListener('kilter:next', nextRow);
  document.addEventListener('change', (e) => { if (e.target.matches?.('[data-attach]')) { bring(e.target.form, [...e.target.files]); e.target.value = ''; } });
  document.addEventListener('paste', (e) => { const form = e.target.closest?.('form.composer'); if (form && e.clipboardData?.files.length) { e.preventDefault(); bring(form, [...e.clipboardData.files]); } });
  document.addEventListener('dragover', (e) => { if (e.target.closest?.('form.composer')) e.preventDefault(); });
  document.addEventListener('drop', (e) => { const form = e.target.closest?.('form.composer'); if (form && e.dataTransfer?.files.length) { e.preventDefault(); bring(form, [...e.dataTransfer.files]); } });
  document.addEventListener('toggle', (e) => { if (e.target.matches?.('details.compose') && e.target.open && !e.target.querySelector('details.menu[open]')) e.target.querySelector('textarea')?.focus(); }, true);
  document.addEventListener('keydown', (e) => { if (e.key === 'Escape' && !e.isComposing) { const form = e.target.closest?.('.inline-form'); if (form) { e.preventDefault(); form.querySelector('[data-cancel]')?.click(); } } });
  document.addEventListener('htmx:afterSwap', (e) => edit(e.detail.target));
  window.addEventListener('popstate', () => location.reload());
  keepPlace();
  document.querySelector('form.call-form') && setTimeout(() => { const s = document.getElementById('f-requester'); if (s?.value) return; (s?.tomselect ?? s)?.focus(); }, 60);
}
