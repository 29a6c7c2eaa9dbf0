// Words the scripts say themselves come from the page (the Words part), so
// that the catalogues hold every text there is.
let words;

export function word(key, values = {}) {
  words ??= JSON.parse(document.getElementById('words')?.textContent || '{}');
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
