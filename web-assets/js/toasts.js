// Toasts leave by themselves unless the pointer or focus is on them, and those
// with something to undo stay longer.
import { word } from './words.js';

export function toast(text, icon = 'info-circle') {
  const box = document.getElementById('toasts');
  const shape = document.getElementById('toast-shape');
  if (!box || !shape) return;
  const one = shape.content.firstElementChild.cloneNode(true);
  one.querySelector('.toast-text').textContent = text;
  one.querySelector('use').setAttribute('href', one.querySelector('use').getAttribute('href').replace(/#.*/, '#' + icon));
  box.append(one);
}

export function startToasts() {
  const box = document.getElementById('toasts');
  if (!box) return;
  const seen = new WeakSet();
  const watch = () => [...box.children].forEach((one) => {
    if (seen.has(one)) return;
    seen.add(one);
    const stay = one.querySelector('form, a, [data-undo]') ? 15_000 : 6_000;
    const leave = () => (one.matches(':hover, :focus-within') ? setTimeout(leave, 2000) : one.remove());
    if (one.dataset.stays === undefined) setTimeout(leave, stay);
  });
  new MutationObserver(watch).observe(box, { childList: true });
  watch();
  box.addEventListener('click', (e) => { if (e.target.closest('[data-dismiss]')) e.target.closest('.toast').remove(); });
  // What was taken back is not taken back twice.
  box.addEventListener('htmx:afterRequest', (e) => { if (e.detail.successful) setTimeout(() => e.target.closest('.toast')?.remove(), 300); });
  window.addEventListener('offline', () => toast(word('net.offline'), 'alert-triangle'));
}
