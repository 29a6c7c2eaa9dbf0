// Forms: an error leaves when its field is mended, a summary takes the focus,
// a form is not sent twice, files chosen are listed, open rows stay open.

export function startForms() {
  document.addEventListener('input', (e) => {
    const el = e.target;
    if (el.getAttribute?.('aria-invalid') !== 'true' || !el.checkValidity()) return;
    el.removeAttribute('aria-invalid');
    document.getElementById(el.id + '-fault')?.remove();
  });
  document.addEventListener('submit', (e) => {
    const form = e.target;
    if (e.defaultPrevented || form.method === 'dialog' || form.matches('[hx-post], [hx-put], [hx-patch], [hx-delete], [hx-get]')) return;
    if (form.dataset.sent) { e.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  document.addEventListener('change', (e) => {
    const input = e.target;
    if (input.matches?.('[data-submits]')) input.form.requestSubmit();
    if (!input.matches?.('input[type=file][data-lists]')) return;
    const list = document.getElementById(input.dataset.lists);
    list?.replaceChildren(...[...input.files].map((f) => Object.assign(document.createElement('li'), { className: 'file-chip', textContent: f.name })));
  });
  // Which rows of an editor stand open is told with the form.
  document.addEventListener('toggle', (e) => {
    const kept = e.target.dataset?.keeps && document.getElementsByName(e.target.dataset.keeps)[0];
    if (kept) kept.value = e.target.open ? 'true' : '';
  }, true);
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.isComposing || !(e.ctrlKey || e.metaKey) || !e.target.matches?.('textarea')) return;
    const form = e.target.form;
    if (form?.querySelector('[data-key="Ctrl-Enter"]')) return; // the key table does it
    if (form) { e.preventDefault(); form.requestSubmit(); }
  });
  focusSummary();
  document.addEventListener('htmx:afterSettle', focusSummary);
  window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((f) => delete f.dataset.sent));
}

function focusSummary() {
  document.querySelector('.summary:not([data-seen])')?.focus();
  document.querySelectorAll('.summary').forEach((s) => s.setAttribute('data-seen', ''));
}
