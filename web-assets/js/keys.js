// Keyboard shortcuts. A shortcut exists where its button or link does: an
// element with data-key="g i" is clicked, one with data-key-focus is focused.
// Single keys never fire inside inputs, dialogs or an IME composition.

const typing = (el) => el.closest?.('input, textarea, select, [contenteditable], [role="combobox"], [role="textbox"]');
let pending = '', timer;

const there = (el) => el.getClientRects().length > 0 || el.hasAttribute('data-key-hidden');
const seen = (el) => el.checkVisibility?.() ?? true; // what a closed part holds is there and not seen
const scope = () => document.querySelector('dialog[open]') || document;

function find(keys) {
  const all = [...scope().querySelectorAll('[data-key], [data-key-focus]')];
  const able = all.filter((el) => !el.disabled && there(el) && (el.dataset.key ?? el.dataset.keyFocus) === keys);
  return able.filter(seen).at(-1) ?? able[0];
}

// press does what the element's own click does; a part of the page that is
// closed around it is opened first, a menu is entered.
function press(el) {
  const part = el.closest('details.compose:not([open])');
  if (part && !el.matches('details.compose > summary')) part.open = true;
  el.focus?.({ preventScroll: true });
  el.click();
  const menu = el.matches('details.menu > summary') ? el.parentElement : null;
  if (menu?.open) [...menu.querySelectorAll('.menu-item')].find(there)?.focus();
}

const starts = (keys) => [...scope().querySelectorAll('[data-key]')].some((el) => el.dataset.key.startsWith(keys + ' '));

// name writes an event as the table does: "c", "Shift-x", "Ctrl-Enter", "?".
export function name(e) {
  const key = e.key.length === 1 ? (e.shiftKey && /[a-z]/i.test(e.key) ? 'Shift-' + e.key.toLowerCase() : e.key) : e.key;
  return (e.ctrlKey || e.metaKey ? 'Ctrl-' : '') + (e.shiftKey && e.key.length > 1 ? 'Shift-' : '') + key;
}

const handlers = new Map();

// on adds a key that is not a button's: list movement, the palette.
export function on(keys, fn) { handlers.set(keys, fn); }

function act(keys, e) {
  const el = find(keys);
  if (el) {
    e.preventDefault();
    if (el.dataset.keyFocus === keys) { el.focus(); el.select?.(); } else press(el);
    return true;
  }
  const fn = document.querySelector('dialog[open]') ? null : handlers.get(keys);
  return !!fn && fn(e) !== false;
}

export function startKeys() {
  document.addEventListener('keydown', (e) => {
    if (e.isComposing || e.keyCode === 229 || e.defaultPrevented || e.altKey) return;
    const key = name(e);
    if (key.startsWith('Ctrl-')) {
      const form = e.target.closest?.('form');
      const button = form?.querySelector(`[data-key="${key}"]`);
      if (button) { e.preventDefault(); button.click(); return; }
      if (handlers.get(key)?.(e) !== undefined) e.preventDefault();
      return;
    }
    if (typing(e.target) || document.documentElement.dataset.keys === 'off') return;
    clearTimeout(timer);
    const sequence = pending ? pending + ' ' + key : key;
    pending = '';
    if (starts(sequence)) {
      pending = sequence;
      timer = setTimeout(() => { const held = pending; pending = ''; if (held) act(held, e); }, 700);
      return;
    }
    act(sequence, e) || (sequence !== key && act(key, e));
  });
}
