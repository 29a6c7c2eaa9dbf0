// While somebody types what is wrong, a box with data-suggest="URL" shows what
// may help; the form says then that it was offered.
const wait = 400, least = 2;

export function startSuggest() {
  for (const box of document.querySelectorAll('[data-suggest]')) {
    const form = box.closest('form');
    let timer, shown = '', turn = 0;
    const ask = async () => {
      const value = (name) => form.elements[name]?.value ?? '';
      const text = (value('title') + ' ' + value('description')).trim().slice(0, 1000), mine = ++turn;
      if (text.length < least) return;
      try {
        const answer = await fetch(box.dataset.suggest + '?' + new URLSearchParams({ text, service: value('service') }));
        if (!answer.ok || mine !== turn) return;
        const page = (await answer.text()).trim();
        if (page === shown) return;
        box.innerHTML = shown = page;
        form.elements.offered.value = page ? '1' : '';
      } catch { /* without it the form works, too */ }
    };
    const later = (e) => {
      if (e.isComposing || !['title', 'description', 'service'].includes(e.target.name)) return;
      clearTimeout(timer);
      timer = setTimeout(ask, wait);
    };
    form.addEventListener('input', later);
    form.addEventListener('compositionend', later);
    ask();
  }
}
