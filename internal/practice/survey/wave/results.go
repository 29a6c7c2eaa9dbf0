package wave

import (
	"context"
	"slices"
	"sync"
)

// mostResults is how many frozen results a node keeps read: those of the last
// years, and those that they are compared with.
const mostResults = 12

// results are frozen results as they were read last. A result never changes, so
// one that was read is kept; whoever gets it only reads it.
type results struct {
	mu   sync.Mutex
	all  map[int64]*Frozen
	last []int64 // the ids, the one used last at the end
}

// frozen reads the result of a wave, which is one of this freezing: a wave that
// took the number of another is not answered with the other's.
func (m *Room) frozen(ctx context.Context, w *Wave) (*Frozen, error) {
	if f := m.read.get(w); f != nil {
		return f, nil
	}
	f, err := m.Waves.Frozen(ctx, w.ID)
	if err == nil {
		m.read.put(f)
	}
	return f, err
}

func (r *results) get(w *Wave) *Frozen {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.all[w.ID]
	if f == nil || !f.Made.Equal(w.Frozen) {
		return nil
	}
	r.used(w.ID)
	return f
}

func (r *results) put(f *Frozen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[int64]*Frozen{}
	}
	r.all[f.Wave] = f
	r.used(f.Wave)
	if len(r.last) > mostResults {
		delete(r.all, r.last[0])
		r.last = r.last[1:]
	}
}

func (r *results) used(id int64) {
	r.last = append(slices.DeleteFunc(r.last, func(x int64) bool { return x == id }), id)
}
