package satisfaction

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kilter/internal/practice/people"
)

// The desk's figures are computed from the cases of half a year. They are the same
// for all who see the same cases, and say of when they are.
const (
	recentFor  = 15 * time.Minute
	mostRecent = 64
)

// recent are the figures that were computed last, by wave and by what their
// reader sees: nobody gets those of somebody who sees other cases.
type recent struct {
	mu  sync.Mutex
	all map[string]*computing
}

// computing is one set of them; who wants it meanwhile waits.
type computing struct {
	done chan struct{}
	got  *Beside
	err  error
}

// seen is everything of a reader that decides on which cases he sees.
func seen(r *Report, s people.Scope) string {
	var made time.Time
	if r.Frozen != nil {
		made = r.Frozen.Made
	}
	return fmt.Sprintf("%d %d %+v", r.ID, made.UnixMilli(), s)
}

// of gives the figures of a key that are young enough, or computes them.
func (c *recent) of(ctx context.Context, key string, now time.Time, compute func() (*Beside, error)) (*Beside, error) {
	c.mu.Lock()
	one := c.all[key]
	if one == nil || one.old(now) {
		one = &computing{done: make(chan struct{})}
		if c.all == nil || len(c.all) >= mostRecent {
			c.all = map[string]*computing{}
		}
		c.all[key] = one
		c.mu.Unlock()
		one.got, one.err = compute()
		if one.err != nil { // of him alone: he may have gone
			c.mu.Lock()
			if c.all[key] == one {
				delete(c.all, key)
			}
			c.mu.Unlock()
		}
		close(one.done)
		return one.got, one.err
	}
	c.mu.Unlock()
	select {
	case <-one.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if one.err != nil {
		return compute()
	}
	return one.got, nil
}

// old reports whether figures are there and too old.
func (c *computing) old(now time.Time) bool {
	select {
	case <-c.done:
		return c.err != nil || now.Sub(c.got.At) >= recentFor
	default:
		return false
	}
}
