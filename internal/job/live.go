package job

import (
	"context"
	"sync"
	"time"

	"kilter/internal/practice/record"
)

// Live hands the happenings of the feed to the live pages of this node. A page
// that listens too slowly is told to start over rather than kept waiting for.
type Live struct {
	Feed record.Feed

	mu    sync.Mutex
	seq   int64
	begun bool
	ended bool
	ears  map[chan record.Happening]struct{}
}

// behind is how many happenings a listener may lag.
const behind = 256

// Listen returns a channel of all happenings from now on; leave ends it. The
// channel is closed when the listener lags too far behind.
func (l *Live) Listen() (happenings <-chan record.Happening, leave func()) {
	c := make(chan record.Happening, behind)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		close(c)
		return c, func() {}
	}
	if l.ears == nil {
		l.ears = map[chan record.Happening]struct{}{}
	}
	l.ears[c] = struct{}{}
	return c, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if _, ok := l.ears[c]; ok {
			delete(l.ears, c)
			close(c)
		}
	}
}

// End sends all listeners home, also those who come later: the node stops, and
// they will listen to another one.
func (l *Live) End() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	for c := range l.ears {
		delete(l.ears, c)
		close(c)
	}
}

// Duty follows the feed for the pages of this node.
func (l *Live) Duty() Duty {
	return Duty{Name: "live", Every: 300 * time.Millisecond, Node: true, Run: func(ctx context.Context, _ time.Time) (bool, error) {
		if !l.begun {
			seq, err := l.Feed.Last(ctx)
			if err != nil {
				return false, err
			}
			l.seq, l.begun = seq, true
		}
		const most = 500
		news, err := l.Feed.After(ctx, l.seq, most)
		if err != nil {
			return false, err
		}
		for _, h := range news {
			l.tell(h)
			l.seq = h.Seq
		}
		return len(news) == most, nil
	}}
}

func (l *Live) tell(h record.Happening) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.ears {
		select {
		case c <- h:
		default:
			delete(l.ears, c)
			close(c)
		}
	}
}
