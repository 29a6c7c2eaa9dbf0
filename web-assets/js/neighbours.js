// The records before and after the one that is read, in the list it was opened
// from: beside the list, or on a page of its own. The buttons (and "[", "]")
// are there when there is one.

const kept = 'kilter.neighbours';
const rows = () => [...document.querySelectorAll('table[data-list] tr[data-row]')];

function remember() {
  const all = rows().map((row) => ({ ref: row.dataset.ref, href: row.querySelector('a[data-full]')?.dataset.full }));
  if (all.length && all[0].href) try { sessionStorage.setItem(kept, JSON.stringify(all)); } catch { /* private window */ }
}

// beside is the neighbour in a direction: a link to press, or an address.
function beside(by) {
  const ref = document.querySelector('.pane')?.dataset.number, list = rows();
  if (list.length) {
    const at = list.findIndex((row) => row.dataset.ref === ref);
    return at < 0 ? null : list[at + by]?.querySelector('a');
  }
  let all = [];
  try { all = JSON.parse(sessionStorage.getItem(kept)) ?? []; } catch { /* private window */ }
  const at = all.findIndex((one) => one.ref === ref);
  return at < 0 ? null : all[at + by]?.href;
}

const show = () => document.querySelectorAll('[data-neighbour]').forEach((b) => { b.hidden = !beside(Number(b.dataset.neighbour)); });

export function startNeighbours() {
  remember();
  show();
  document.addEventListener('htmx:afterSettle', (e) => { if (e.detail.target?.id === 'rows') remember(); show(); });
  document.addEventListener('click', (e) => {
    const b = e.target.closest?.('[data-neighbour]');
    const to = b && beside(Number(b.dataset.neighbour));
    if (to?.click) to.click(); else if (to) location.href = to;
  });
}
