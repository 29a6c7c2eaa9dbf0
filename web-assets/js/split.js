// The split pane: its ratio is dragged or moved with the arrow keys, and
// remembered on this machine; "\" closes and opens it.
import { on } from './keys.js';

const key = 'kilter.split';
const clamp = (n) => Math.max(24, Math.min(70, n));

function set(split, percent) {
  const p = clamp(percent);
  split.style.setProperty('--split', p + '%');
  split.querySelector('.split-bar')?.setAttribute('aria-valuenow', Math.round(p));
  try { localStorage.setItem(key, p); } catch { /* private window: forget it */ }
}

export function startSplit() {
  const restore = () => document.querySelectorAll('.split').forEach((split) => {
    let kept = null;
    try { kept = localStorage.getItem(key); } catch { /* private window */ }
    if (kept) set(split, Number(kept));
    split.style.setProperty('--split-top', split.getBoundingClientRect().top + window.scrollY + 'px');
  });
  document.addEventListener('pointerdown', (e) => {
    const bar = e.target.closest?.('.split-bar');
    if (!bar) return;
    const split = bar.parentElement, box = split.getBoundingClientRect();
    bar.setPointerCapture(e.pointerId);
    const move = (m) => set(split, ((m.clientX - box.left) / box.width) * 100);
    bar.addEventListener('pointermove', move);
    bar.addEventListener('pointerup', () => bar.removeEventListener('pointermove', move), { once: true });
  });
  document.addEventListener('keydown', (e) => {
    const bar = e.target.closest?.('.split-bar');
    if (!bar || !['ArrowLeft', 'ArrowRight'].includes(e.key)) return;
    e.preventDefault();
    set(bar.parentElement, Number(bar.getAttribute('aria-valuenow')) + (e.key === 'ArrowLeft' ? -2 : 2));
  });
  on('\\', () => { const s = document.querySelector('.split'); if (!s) return false; s.toggleAttribute('data-closed'); return true; });
  document.addEventListener('htmx:afterSettle', restore);
  restore();
}
