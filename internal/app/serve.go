package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"syscall"
	"time"

	"kilter/internal/base/arrival"
	"kilter/internal/base/fault"
	"kilter/internal/web"
)

type serveCmd struct{}

func (serveCmd) Run(env *Env) (err error) {
	h, err := enter(env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.leave()) }()
	return h.serve(env.Context, h.begin)
}

// Limits on every request, before any handler sees it. Uploads have larger
// bodies and say so themselves.
const (
	headerTime  = 10 * time.Second
	readTime    = 60 * time.Second
	idleTime    = 120 * time.Second
	headerBytes = 64 << 10
)

// Collecting garbage took a fifth of a page's time, for what lives between two
// requests is little. It is let grow to several times that, but the process to
// no more than about a quarter of a gigabyte with SQLite's caches.
const (
	heapGrowth = 300       // percent
	heapLimit  = 128 << 20 // bytes
)

// spend sets how much memory is spent to save time, unless the operator said so.
func spend() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(heapGrowth)
		debug.SetMemoryLimit(heapLimit)
	}
}

// serve answers requests until the context ends, then lets those that run come
// to their end. prepare runs beside it (filling the demo); only when it is
// done does /readyz say so.
func (h *house) serve(ctx context.Context, prepare func(context.Context) error) error {
	spend()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", h.env.Listen)
	if err != nil {
		return notListening(h.env.Listen, err)
	}
	routes, err := h.routes()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	s := &http.Server{
		Handler:           h.metrics.measure(arrival.Watch(h.guard(routes), readTime, time.Now)),
		ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: headerBytes,
		ErrorLog:    slog.NewLogLogger(h.env.Log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	s.RegisterOnShutdown(h.live.End) // a live page would else be waited for until the drain is over
	fmt.Fprintf(h.env.Out, "Kilter %s: http://%s\n", Version, l.Addr())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	work, stop := context.WithCancel(ctx)
	defer stop()
	duties, err := h.duties(work)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	go func() {
		if err := prepare(work); err != nil {
			ended <- err
			return
		}
		h.ready.Store(true)
		if err := h.chart(work); err != nil && work.Err() == nil {
			h.env.Log.Warn("the topology of items could not be read", "err", err)
		}
	}()
	select {
	case err = <-ended:
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
	case <-ctx.Done():
		h.ready.Store(false)
		h.env.Log.Info("stopping", "drain", h.env.Drain)
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), h.env.Drain)
	defer cancel()
	if late := s.Shutdown(drain); late != nil {
		err = errors.Join(err, fmt.Errorf("requests still under way after %v were cut off: %w", h.env.Drain, late), s.Close())
	}
	stop()
	return errors.Join(err, duties())
}

// notListening says why an address cannot be listened at.
func notListening(address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fault.At("--listen", "cli.address_taken").With("address", address)
	}
	why := err
	if e, ok := errors.AsType[*net.OpError](err); ok {
		why = e.Err
	}
	return fault.At("--listen", "cli.address_failed").With("address", address).With("why", why.Error())
}

// chart reads the topology of a large city, so that the first who asks for it
// need not wait. A small one is read when somebody asks.
func (h *house) chart(ctx context.Context) error {
	if many, err := h.db.ManyItems(ctx); err != nil || !many {
		return err
	}
	_, err := h.atlas.Now(ctx)
	return err
}

// guard recovers from panics and logs requests.
func (h *house) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := &status{ResponseWriter: w, began: Now()}
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler { //nolint:errorlint // a panic value is no error chain
				h.env.Log.ErrorContext(r.Context(), "panic", "path", web.Shown(r.URL.Path), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if s.code == 0 {
					say(s, http.StatusInternalServerError, "Kilter failed at this request; it is in the log.")
				}
			} else if p != nil {
				panic(p) // the connection is to be cut: what was sent is not whole
			}
			h.env.Log.DebugContext(r.Context(), "request", "method", r.Method, "path", web.Shown(r.URL.Path), "status", s.code, "bytes", s.bytes, "ms", Now().Sub(s.began).Milliseconds())
		}()
		next.ServeHTTP(s, r)
	})
}
