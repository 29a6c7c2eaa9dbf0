// What is asked of the map and how it is arranged. Where things stand is kept
// on the server with the drawing, for one person or under a name; what fails
// and which day is shown is a question of the moment.
import { words } from './topology-words.js';

const day = 86_400_000;

export const state = { way: 'both', hops: 2, open: [], apart: [], all: false, loose: false, moved: {}, fail: [...words.fail], back: 0, compare: '', chosen: null };
const past = [], undone = [];

const lasting = ({ way, hops, open, apart, all, loose }) => ({ way, hops, open: open.map(Number), apart, all, loose });
const snapshot = () => JSON.stringify({ ...state, chosen: null });

// note remembers how things were, for undo.
export function note() { past.push(snapshot()); undone.length = 0; if (past.length > 100) past.shift(); }
const step = (from, to) => { const was = from.pop(); if (!was) return false; to.push(snapshot()); Object.assign(state, JSON.parse(was), { chosen: state.chosen }); return true; };
export const undo = () => step(past, undone);
export const redo = () => step(undone, past);

// wear takes a sketch over.
export function wear(sketch) {
  Object.assign(state, { way: sketch.way, hops: sketch.hops, open: (sketch.open || []).map(String), apart: sketch.apart || [], all: !!sketch.all, loose: !!sketch.loose, moved: { ...sketch.spots } });
}

const left = words.sketches.find((s) => s.own && !s.name);
if (left) wear(left);

async function put(sketch) {
  const answer = await fetch(words.sketch_api, { method: 'PUT', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(sketch) });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.errors?.[0]?.message || said.detail || said.title || String(answer.status));
  return said;
}

let timer;
// keep tells the server how the map was left, once nothing moves any more.
export function keep() {
  clearTimeout(timer);
  timer = setTimeout(() => put({ around: words.around, ...lasting(state), spots: state.moved }).catch(() => { /* it stays as long as the page */ }), 700);
}

// save keeps the map under a name.
export const save = (name, shared) => put({ around: words.around, name, shared, ...lasting(state), spots: state.moved });
export const drop = (id) => fetch(words.sketch_api + '/' + id, { method: 'DELETE' });

// then is the moment that the slider names.
export const then = () => words.now + state.back * day;
export const compared = () => state.compare !== '' && (state.compare !== 'then' || state.back < 0);

// ask reads the graph that is to be drawn.
export async function ask() {
  const q = new URLSearchParams({ items: words.start.join(','), hops: state.hops, way: state.way, few: state.all ? 300 : 60, lines: state.loose ? 'all' : 'failure' });
  for (const name of ['open', 'apart']) if (state[name].length) q.set(name, state[name].join(','));
  if (state.compare === 'then' && state.back < 0) q.set('since', new Date(then()).toISOString());
  else if (state.compare.startsWith('b')) q.set('baseline', state.compare.slice(1));
  else if (state.back < 0) q.set('at', new Date(then()).toISOString());
  if (state.fail.length && !compared()) q.set('fail', state.fail.join(','));
  const answer = await fetch(words.api + '?' + q, { headers: { Accept: 'application/json' } });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Error(said.errors?.[0]?.message || said.detail || said.title || '');
  }
  return answer.json();
}
