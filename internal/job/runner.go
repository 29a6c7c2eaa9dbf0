// Package job does what nobody waits for at a page: it carries news of every
// deed to those who should know, warns before service levels are missed, seals
// the audit log, folds counters, closes what nobody objects to. Each duty is
// one small file; the runner decides where and when they run.
//
// Of the nodes on one database, one leads at a time and does the cluster's
// duties. Every duty is safe to run twice, so that a node that has lost the
// lead unawares does no harm.
package job

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// Duty is work that comes back.
type Duty struct {
	Name  string
	Every time.Duration
	Node  bool // every node does it for itself, not the leader for all
	// Run does what is due at now. More says that more is waiting and it should
	// be called again at once.
	Run func(ctx context.Context, now time.Time) (more bool, err error)
}

// Lead keeps the lease by which one node leads.
type Lead interface {
	// Lead takes or renews the lease for a node until a moment; false when
	// another node holds it.
	Lead(ctx context.Context, node string, now, until time.Time) (bool, error)
	// Leave gives the lease up.
	Leave(ctx context.Context, node string) error
}

// lease is how long a node leads without renewing; a third of it passes
// between renewals.
const lease = 30 * time.Second

// Runner runs the duties of one node.
type Runner struct {
	Node   string // unique among the nodes
	Lead   Lead
	Log    *slog.Logger
	Now    func() time.Time
	Ran    func(duty string, took time.Duration, err error) // for metrics; may be nil
	Duties []Duty

	mu    sync.RWMutex
	until time.Time // we lead until then
}

// Run works until the context ends and all duties under way have come to
// their end, and gives up the lead.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.renew(ctx); err != nil {
		return err
	}
	var group sync.WaitGroup
	group.Go(func() {
		r.tick(ctx, lease/3, func(ctx context.Context) { r.note("lead", r.renew(ctx)) })
	})
	for _, d := range r.Duties {
		group.Go(func() { r.tick(ctx, d.Every, func(ctx context.Context) { r.turn(ctx, d) }) })
	}
	group.Wait()
	return r.Lead.Leave(context.WithoutCancel(ctx), r.Node)
}

func (r *Runner) tick(ctx context.Context, every time.Duration, do func(context.Context)) {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			do(ctx)
		}
	}
}

// turn runs a duty until nothing more is waiting.
func (r *Runner) turn(ctx context.Context, d Duty) {
	for ctx.Err() == nil && (d.Node || r.leads()) {
		more, err := r.once(ctx, d)
		if err != nil || !more {
			return
		}
	}
}

// once runs a duty one time; a panic in it is its own failure, not the node's.
func (r *Runner) once(ctx context.Context, d Duty) (more bool, err error) {
	began := r.Now()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if ctx.Err() == nil {
			r.note(d.Name, err)
		}
		if r.Ran != nil {
			r.Ran(d.Name, r.Now().Sub(began), err)
		}
	}()
	return d.Run(ctx, began)
}

func (r *Runner) note(duty string, err error) {
	if err != nil {
		r.Log.Error("duty failed", "duty", duty, "err", err)
	}
}

func (r *Runner) leads() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.Now().Before(r.until)
}

func (r *Runner) renew(ctx context.Context) error {
	now := r.Now()
	until := now.Add(lease)
	ok, err := r.Lead.Lead(ctx, r.Node, now, until)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil:
		return fmt.Errorf("job: lead: %w", err)
	case !ok:
		until = time.Time{}
	}
	r.until = until
	return nil
}
