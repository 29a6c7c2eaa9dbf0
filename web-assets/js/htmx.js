// htmx under a strict policy: no evaluated attributes, no inline styles, own
// origin only. Answers with a fault are swapped where the server says.
import htmx from 'htmx.org/dist/htmx.esm.js';
import { toast } from './toasts.js';
import { word } from './words.js';

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  scrollIntoViewOnBoost: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  defaultSwapDelay: 0,
  defaultSettleDelay: 20,
  timeout: 30_000,
});
window.htmx = htmx;

document.addEventListener('htmx:beforeSwap', (e) => {
  const { xhr } = e.detail;
  if (xhr.status < 400) return;
  const ours = xhr.status === 422 || xhr.getResponseHeader('HX-Retarget');
  e.detail.shouldSwap = !!ours;
  e.detail.isError = !ours;
});
document.addEventListener('htmx:responseError', () => toast(word('net.failed'), 'alert-triangle'));
document.addEventListener('htmx:sendError', () => toast(word('net.offline'), 'alert-triangle'));
document.addEventListener('htmx:timeout', () => toast(word('net.slow'), 'alert-triangle'));
