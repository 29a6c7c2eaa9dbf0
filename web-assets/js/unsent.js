// What somebody has typed and not sent is never replaced under his hands. When
// an answer brings a piece of the record anew, a form in it that holds something
// is carried over into the new piece, focus and all; where the new piece has no
// place for it, the old one stays.

const fields = 'input:not([type=hidden]), textarea, select';
const changed = (el) => el.matches(fields) && el.defaultValue !== undefined && (el.matches('[type=checkbox], [type=radio]') ? el.checked !== el.defaultChecked : el.value !== el.defaultValue);
const typedIn = (form) => [...form.elements].some(changed);
// A form that is sent as soon as it changes holds nothing unsent.
const held = (form) => !form.matches('[hx-trigger="change"]') && (form.matches('.inline-form') || !!form.querySelector(fields) && (form.contains(document.activeElement) || typedIn(form)));

let sent; // the form whose answer comes in: it has done its work

export function startUnsent() {
  let focus;
  document.addEventListener('htmx:beforeSwap', (e) => { sent = e.detail.requestConfig?.elt?.closest?.('form'); });
  document.addEventListener('htmx:oobBeforeSwap', (e) => {
    const { target, fragment } = e.detail;
    focus = null;
    for (const form of target.querySelectorAll?.('form') ?? []) {
      if (form === sent || !held(form)) continue;
      const holder = form.closest('[id]');
      const place = holder !== target && fragment.querySelector('#' + CSS.escape(holder.id));
      if (place) {
        place.setAttribute('hx-preserve', 'true');
        if (form.contains(document.activeElement)) focus = document.activeElement;
      } else if (typedIn(form)) e.detail.shouldSwap = false;
    }
  });
  // A browser that cannot move an element as it is has let the focus go.
  document.addEventListener('htmx:oobAfterSwap', () => { if (focus?.isConnected && document.activeElement !== focus) focus.focus({ preventScroll: true }); focus = null; });
}
