// Language, theme and density are forms that work without script; with it,
// theme and density change at once and are remembered behind the scenes.

export function startTheme() {
  document.addEventListener('submit', (e) => {
    const form = e.target.closest('form[data-prefer]');
    const chosen = e.submitter;
    if (!form || !chosen || !['theme', 'density'].includes(chosen.name)) return;
    e.preventDefault();
    document.documentElement.dataset[chosen.name] = chosen.value;
    form.querySelectorAll(`[name="${chosen.name}"]`).forEach((b) => b.setAttribute(b.hasAttribute('aria-checked') ? 'aria-checked' : 'aria-pressed', b === chosen));
    document.dispatchEvent(new CustomEvent('kilter:theme'));
    const body = new URLSearchParams(new FormData(form));
    body.set(chosen.name, chosen.value);
    fetch(form.action, { method: 'POST', body, redirect: 'manual' });
  });
}
