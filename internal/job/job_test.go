package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"kilter/internal/job"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

func TestOneNodeLeads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const lease = 30
		at := func(second int) time.Time { return time.Unix(int64(second), 0) }
		for _, c := range []struct {
			name, node string
			second     int
			want       bool
		}{
			{"the first takes it", "a", 100, true},
			{"the second waits", "b", 101, false},
			{"the first renews it", "a", 110, true},
			{"the second still waits", "b", 139, false},
			{"the second takes over when it has run out", "b", 141, true},
			{"and the first has lost it", "a", 142, false},
		} {
			got, err := db.Lead(t.Context(), c.node, at(c.second), at(c.second+lease))
			if err != nil || got != c.want {
				t.Errorf("%s: %v, %v", c.name, got, err)
			}
		}
		if err := db.Leave(t.Context(), "b"); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Lead(t.Context(), "a", at(143), at(173)); err != nil || !got {
			t.Errorf("a lease given up is free: %v, %v", got, err)
		}
	})
}

// News that fail stay, those behind them wait, and each arrives on the feed
// once and in order.
func TestRelayCarriesInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
		desk := &record.Desk[*incident.Incident]{
			Kind: record.Incident, Flow: incident.Flow, Sheet: incident.Sheet(), Store: db.Incidents(), Now: func() time.Time { return now },
		}
		for range 3 {
			if err := desk.Open(t.Context(), people.System(people.ViaJob), new(incident.Incident), record.Input{Fields: map[string]string{"title": "x"}}); err != nil {
				t.Fatal(err)
			}
		}
		var heard []int
		broken := errors.New("the mail server is away")
		away := true
		relay := job.Relay(db, func(_ context.Context, n record.News) error {
			if away && n.Head.Number.N() == 2 {
				return broken
			}
			heard = append(heard, n.Head.Number.N())
			return nil
		})
		if _, err := relay.Run(t.Context(), now); !errors.Is(err, broken) {
			t.Fatalf("first round: %v", err)
		}
		away = false
		if _, err := relay.Run(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if len(heard) != 3 || heard[0] != 1 || heard[1] != 2 || heard[2] != 3 {
			t.Errorf("heard %v", heard)
		}
		feed, err := db.Feed().After(t.Context(), 0, 10)
		if err != nil || len(feed) != 3 || feed[2].Number.N() != 3 || feed[0].Deed != "incident.open" {
			t.Errorf("feed %+v, %v", feed, err)
		}
		if left, err := db.Waiting(t.Context(), 10); err != nil || len(left) != 0 {
			t.Errorf("left in the outbox: %v, %v", left, err)
		}
	})
}

func TestADutyThatPanicsComesBack(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	var turns atomic.Int32
	r := &job.Runner{
		Node: "a", Lead: alone{}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Duties: []job.Duty{{Name: "shaky", Every: time.Millisecond, Run: func(context.Context, time.Time) (bool, error) {
			if turns.Add(1) < 3 {
				panic("oh")
			}
			stop()
			return false, nil
		}}},
	}
	if err := r.Run(ctx); err != nil || turns.Load() < 3 {
		t.Errorf("%d turns, %v", turns.Load(), err)
	}
}

// alone is the lease of a node that has no others.
type alone struct{}

func (alone) Lead(context.Context, string, time.Time, time.Time) (bool, error) { return true, nil }
func (alone) Leave(context.Context, string) error                              { return nil }

func TestAListenerThatLagsIsSentAway(t *testing.T) {
	t.Parallel()
	feed := &growing{}
	l := &job.Live{Feed: feed}
	duty := l.Duty()
	quick, leaveQuick := l.Listen()
	slow, leaveSlow := l.Listen()
	defer leaveSlow()
	if _, err := duty.Run(t.Context(), time.Time{}); err != nil { // finds the end of the feed
		t.Fatal(err)
	}
	for range 3 {
		feed.n += 200
		if _, err := duty.Run(t.Context(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		for range 200 {
			if h, ok := <-quick; !ok || h.Seq == 0 {
				t.Fatal("the quick listener was sent away")
			}
		}
	}
	leaveQuick()
	n := 0
	for range slow {
		n++
	}
	if n != 256 {
		t.Errorf("the slow listener got %d before its channel was closed", n)
	}
}

// growing is a feed with n happenings.
type growing struct{ n int64 }

func (g *growing) Last(context.Context) (int64, error) { return g.n, nil }
func (g *growing) After(_ context.Context, seq int64, most int) (out []record.Happening, err error) {
	for s := seq + 1; s <= g.n && len(out) < most; s++ {
		out = append(out, record.Happening{Seq: s})
	}
	return out, nil
}
