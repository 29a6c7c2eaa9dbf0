// Nothing typed is lost: a form with data-draft="URL" is sent there two
// seconds after the last keystroke; the answer is shown beside the buttons.
// The form is removed from the page only with the reader's consent.
import { word } from './words.js';

const wait = 2000;

export function startDrafts() {
  const timers = new WeakMap(), dirty = new Set();
  const say = (form, key) => { const el = form.querySelector('[data-draft-state]'); if (el) el.textContent = word(key); };
  const save = async (form) => {
    dirty.delete(form);
    const body = new URLSearchParams([...new FormData(form)].filter(([, v]) => typeof v === 'string')).toString();
    // What is on its way arrives even when the page is left meanwhile; browsers
    // carry at most 64 KiB of it.
    const keepalive = body.length < 60000;
    try {
      const answer = await fetch(form.dataset.draft, { method: 'PUT', body, keepalive, headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' } });
      if (!answer.ok) throw new Error(answer.status);
      say(form, 'draft.saved');
    } catch {
      dirty.add(form);
      say(form, 'draft.unsaved');
    }
  };
  document.addEventListener('input', (e) => {
    const form = e.target.form?.closest('form[data-draft]');
    if (!form) return;
    dirty.add(form);
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), wait));
  });
  // Another form of the page that is sent finds what was typed here when it comes back.
  document.addEventListener('submit', (e) => { clearTimeout(timers.get(e.target)); dirty.delete(e.target); dirty.forEach((form) => form.isConnected && save(form)); });
  window.addEventListener('pagehide', () => dirty.forEach((form) => form.isConnected && save(form)));
}
