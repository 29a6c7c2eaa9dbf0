// The chooser island: a select with data-choose becomes searchable; with
// data-load="URL" it asks the server (GET URL?q=, answering [{value, text, note}]).
import TomSelect from 'tom-select/dist/esm/tom-select.js';
import removeButton from 'tom-select/dist/esm/plugins/remove_button/plugin.js';
import { word } from './words.js';

TomSelect.define('remove_button', removeButton);

function note(data, escape) {
  return `<div>${escape(data.text)}${data.note ? `<span class="option-note">${escape(data.note)}</span>` : ''}</div>`;
}

function enhance(select) {
  if (select.tomselect) return;
  const url = select.dataset.load;
  const label = document.querySelector(`label[for="${select.id}"]`); // tom-select moves it to its own control
  const chooser = new TomSelect(select, {
    plugins: select.multiple ? { remove_button: { title: word('choose.remove') } } : {},
    maxOptions: 60,
    loadThrottle: 150,
    searchField: url ? [] : ['text', 'note'],
    load: url && ((q, done) => fetch(url + (url.includes('?') ? '&' : '?') + 'q=' + encodeURIComponent(q), { headers: { Accept: 'application/json' } }).then((r) => (r.ok ? r.json() : [])).then(done, () => done())),
    render: { option: note, no_results: () => `<div class="no-results">${word('choose.none')}</div>`, loading: () => '<div class="no-results">…</div>' },
    onItemAdd() { this.setTextboxValue(''); },
  });
  if (label) { label.id ||= select.id + '-label'; select.setAttribute('aria-labelledby', label.id); chooser.dropdown_content.setAttribute('aria-labelledby', label.id); }
  if (select.getAttribute('aria-describedby')) chooser.control_input.setAttribute('aria-describedby', select.getAttribute('aria-describedby'));
}

const all = () => document.querySelectorAll('select[data-choose]').forEach(enhance);
all();
document.addEventListener('htmx:afterSettle', all);
