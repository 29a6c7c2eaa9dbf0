package people

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Enrolled is what rules ask about a person again and again.
type Enrolled struct {
	ID         ID
	Department DepartmentID
	Post       int64
	Retired    bool
	Staff      bool
	VIP        bool
	Changed    time.Time
}

// Roll holds the persons in memory, a few dozen bytes each, so that checking
// a reference asks no database in the middle of a transaction.
type Roll struct {
	// Since reads the persons changed at or after a moment.
	Since func(ctx context.Context, at time.Time) ([]Enrolled, error)
	// One reads a person who is not on the roll yet; ok is false when there is
	// none.
	One func(ctx context.Context, id ID) (e Enrolled, ok bool, err error)

	mu   sync.RWMutex
	all  map[ID]Enrolled
	last time.Time
	calm int // refreshes that read nobody but those of the last moment
}

// settled is after how many refreshes nobody else can come who was changed at
// the last moment known. Until then those of that moment are read again: they
// may be all there are, for an import changes thousands at once.
const settled = 5

// Refresh takes over what was changed since the last time.
func (r *Roll) Refresh(ctx context.Context) error {
	r.mu.RLock()
	last := r.last
	r.mu.RUnlock()
	changed, err := r.Since(ctx, last)
	if err != nil {
		return fmt.Errorf("people: roll: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = make(map[ID]Enrolled, len(changed))
	}
	for _, e := range changed {
		r.all[e.ID] = e
		if e.Changed.After(r.last) {
			r.last, r.calm = e.Changed, 0
		}
	}
	if len(changed) == 0 {
		return nil
	}
	if r.calm++; r.calm > settled {
		r.last, r.calm = r.last.Add(time.Millisecond), 0
	}
	return nil
}

// lookUp bounds the look for a person who is not on the roll.
const lookUp = 2 * time.Second

// Find returns the person; one added a moment ago, perhaps by another node, is
// looked up.
func (r *Roll) Find(id ID) (Enrolled, bool) {
	if id == 0 {
		return Enrolled{}, false
	}
	r.mu.RLock()
	e, ok := r.all[id]
	r.mu.RUnlock()
	if ok || r.One == nil {
		return e, ok
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookUp)
	defer cancel()
	e, ok, err := r.One(ctx, id)
	if err != nil || !ok {
		return Enrolled{}, false // a person nobody can find is one nobody may name
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[ID]Enrolled{}
	}
	r.all[id] = e
	return e, true
}
