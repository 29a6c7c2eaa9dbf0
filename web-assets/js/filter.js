// A list that is narrowed by typing: an input with data-filters=id hides the
// items of that list whose data-filter does not have all the words. The arrows
// go through what is left, Enter takes the first.
const items = (input) => [...(document.getElementById(input.dataset.filters)?.querySelectorAll('[data-filter]') ?? [])];
const left = (input) => items(input).filter((i) => !i.hidden).map((i) => i.querySelector('button, a'));

function narrow(input) {
  const asked = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  items(input).forEach((i) => { i.hidden = !asked.every((w) => i.dataset.filter.includes(w)); });
  const none = document.getElementById(input.dataset.filters)?.parentElement.querySelector('[data-filter-none]');
  if (none) none.hidden = left(input).length > 0;
}

function keys(e) {
  if (e.isComposing) return;
  const list = e.target.closest?.('ul')?.querySelector('[data-filter]') ? e.target.closest('ul') : null;
  const input = e.target.matches?.('[data-filters]') ? e.target : list && document.querySelector(`[data-filters="${list.id}"]`);
  if (!input) return;
  if (e.key === 'Enter' && e.target === input) { e.preventDefault(); left(input)[0]?.click(); return; }
  if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
  e.preventDefault();
  const all = [input, ...left(input)];
  all.at((all.indexOf(e.target) + (e.key === 'ArrowDown' ? 1 : -1)) % all.length)?.focus();
}

export function startFilter() {
  document.addEventListener('input', (e) => { if (e.target.matches?.('[data-filters]')) narrow(e.target); });
  document.addEventListener('keydown', keys);
}
