package app

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"

	"kilter/internal/job"
	"kilter/internal/practice/directory"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/setting"
	"kilter/internal/store"
)

// house is Kilter, wired: what the faces and jobs are given. One file a room
// wires what is more than a line (wire_*.go).
type house struct {
	env       *Env
	db        *store.DB
	settings  *setting.Keeper
	directory *directory.Directory
	incidents *incident.Desk
	metrics   *metrics
	live      *job.Live
	ready     atomic.Bool
}

// enter opens the database, brings its schema up to date and wires the rooms.
func enter(env *Env) (*house, error) {
	db, err := store.Open(env.Context, env.DB)
	if err != nil {
		return nil, err
	}
	h := &house{env: env, db: db, metrics: newMetrics(), live: &job.Live{Feed: db.Feed()}, settings: &setting.Keeper{Store: db.Settings()}}
	if err := h.wire(env.Context); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return h, nil
}

func (h *house) wire(ctx context.Context) error {
	if _, err := h.db.Migrate(ctx); err != nil {
		return err
	}
	if err := h.wireDirectory(ctx); err != nil {
		return err
	}
	h.wireIncidents()
	return nil
}

// routes is all that is served: pages, API, health.
func (h *house) routes() http.Handler {
	mux := http.NewServeMux()
	h.health(mux)
	return mux
}

func (h *house) leave() error { return h.db.Close() }
