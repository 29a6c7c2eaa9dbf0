// Copying a record's name: "." the number, ".." number and title, "..." with
// the address. The facts stand on the element with data-number.
import { on } from './keys.js';
import { word } from './words.js';

export function startCopy(toast) {
  let dots = 0, timer;
  const copy = async () => {
    const n = dots;
    dots = 0;
    const el = document.querySelector('[data-number]');
    if (!el) return;
    const { number, title } = el.dataset;
    const text = [number, `${number} ${title ?? ''}`.trim(), `${number} ${title ?? ''} ${location.href}`][Math.min(n, 3) - 1];
    await navigator.clipboard?.writeText(text);
    toast(word('copy.done', { text }), 'copy');
  };
  on('.', () => {
    if (!document.querySelector('[data-number]')) return false;
    dots++;
    clearTimeout(timer);
    timer = setTimeout(copy, 350);
    return true;
  });
  document.addEventListener('click', async (e) => {
    const el = e.target.closest('[data-copy]');
    if (!el) return;
    await navigator.clipboard?.writeText(el.dataset.copy);
    toast(word('copy.done', { text: el.dataset.copy }), 'copy');
  });
}
