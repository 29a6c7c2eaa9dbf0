// Questions that hang on an answer are there when that answer is given. Without
// this they all stand there, each with the words that say when it counts.

export function startAsking() {
  const look = () => document.querySelectorAll('[data-when]').forEach((el) => { el.hidden = !holds(el); needs(el); });
  for (const event of ['input', 'change', 'htmx:afterSettle']) document.addEventListener(event, look);
  look();
}

// What is not asked need not be answered: a browser would hold the form back
// because of a question that nobody sees.
function needs(el) {
  for (const input of el.querySelectorAll('[required], [data-required]')) {
    if (input.required) input.dataset.required = '';
    input.required = !el.hidden;
  }
}

function holds(el) {
  const within = el.closest('form') ?? document; // several forms of a page may ask the same
  const named = [...within.querySelectorAll(`[name="${CSS.escape(el.dataset.when)}"]`)];
  if (!named.length || named.every((n) => n.closest('[data-when]')?.hidden)) return false;
  const given = named.filter((n) => (n.type !== 'radio' && n.type !== 'checkbox') || n.checked).map((n) => n.value).filter((v) => v !== '');
  const is = el.dataset.is ? el.dataset.is.split('|') : null;
  return is ? given.some((v) => is.includes(v)) : given.length > 0;
}
