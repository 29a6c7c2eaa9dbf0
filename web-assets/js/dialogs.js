// Dialogs and menus. One dialog at a time: opening a second closes the first.
// Focus goes in on opening and back to the opener on closing.

let opener;

export function openDialog(dialog, from) {
  if (!dialog || dialog.open) return;
  document.querySelectorAll('dialog[open]').forEach((d) => d.close());
  opener = from ?? document.activeElement;
  dialog.showModal();
  const first = dialog.querySelector('[autofocus]') ?? dialog.querySelector('input:not([type=hidden]), textarea, select') ?? dialog.querySelector('.dialog-foot button') ?? dialog.querySelector('button');
  first?.focus();
}

export function startDialogs() {
  document.addEventListener('click', (e) => {
    const open = e.target.closest('[data-opens]');
    if (open) { e.preventDefault(); openDialog(document.getElementById(open.dataset.opens), open); return; }
    const close = e.target.closest('[data-closes]');
    if (close) {
      e.preventDefault();
      const box = close.closest('dialog'); // a form can have a page to itself
      if (box) box.close(); else if (history.length > 1) history.back(); else location.assign('/');
      return;
    }
    if (e.target.matches('dialog')) e.target.close(); // the veil
    document.querySelectorAll('details.menu[open]').forEach((m) => { if (!m.contains(e.target) || e.target.closest('a.menu-item, button.menu-item')) m.open = false; });
  });
  document.addEventListener('close', (e) => { if (e.target.matches?.('dialog')) { if (idle(e.target)) opener?.focus?.(); opener = null; if (e.target.dataset.once !== undefined) e.target.remove(); } }, true);
  document.addEventListener('keydown', menuKeys);
  document.addEventListener('htmx:afterSwap', () => { const d = document.querySelector('dialog[data-show]:not([open])'); if (d) openDialog(d); });
}

// idle says that the focus went nowhere since the dialog was shut: its event comes
// late on a busy machine, and takes the focus from nobody who went on.
function idle(dialog) {
  const at = document.activeElement;
  return !at || at === document.body || dialog.contains(at);
}

function menuKeys(e) {
  const menu = e.target.closest?.('details.menu');
  if (!menu) return;
  if (e.key === 'Escape' && menu.open) { menu.open = false; menu.querySelector('summary').focus(); e.preventDefault(); return; }
  if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
  e.preventDefault();
  menu.open = true;
  const items = [...menu.querySelectorAll('.menu-item')].filter((i) => i.getClientRects().length > 0);
  const at = items.indexOf(document.activeElement);
  items.at((at + (e.key === 'ArrowDown' ? 1 : at < 0 ? 0 : -1)) % items.length)?.focus();
}
