// Package web shows Kilter to people: the workspace of staff, the portal of
// officials, and the bare pages before sign-in. A page is a typed struct
// around a Frame, a template, and a handler that returns an error; this
// package turns the error into a page, a fragment or a redirect in one place.
//
// Pages are built as docs/handbook/pages.md tells.
package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/web/part"
)

// Handler answers a request or says why not. A fault becomes a page in the
// reader's words; any other error is logged and shown as an outage.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Shell is what all pages share: who is looking, what the rail shows, how
// errors are told. App wires one.
type Shell struct {
	Log    *slog.Logger
	Now    func() time.Time
	Who    func(*http.Request) Viewer             // nobody when nil
	Rail   func(*http.Request, *Frame)            // fills Modules, Views, Bell, Banner; nothing when nil
	Prefer func(*http.Request, Preferences) error // keeps a choice in the profile; cookies only when nil
	Place  func() *time.Location                  // the centre's time zone; UTC when nil
	SignIn string                                 // where those go whom we do not know
	Find   string                                 // what the palette asks, "" for nothing
}

// Handle makes an http.Handler of h.
func (s *Shell) Handle(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			caught := recover()
			if caught == nil {
				return
			}
			if caught == http.ErrAbortHandler { //nolint:errorlint // a panic value is no error chain
				panic(caught)
			}
			s.Tell(w, r, fmt.Errorf("web: panic: %v\n%s", caught, debug.Stack()))
		}()
		if err := h(w, r); err != nil {
			s.Tell(w, r, err)
		}
	})
}

// readerLeft is the status of an answer that nobody waits for, as proxies
// count it; who does wait must not take it for a success.
const readerLeft = 499

// Tell answers a request with an error: people we do not know go to sign-in,
// htmx gets a notice, everybody else a page. Who has left meanwhile gets none.
func (s *Shell) Tell(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(readerLeft) // nobody to tell, and nothing failed
		return
	}
	if half := new(brokenOff); errors.As(err, &half) {
		if s.Log != nil {
			s.Log.ErrorContext(r.Context(), "an answer broke off", "error", err, "path", Shown(r.URL.Path))
		}
		panic(http.ErrAbortHandler)
	}
	err = tooLarge(err)
	status := Status(err)
	f := s.Frame(r)
	if status == http.StatusUnauthorized && s.SignIn != "" {
		to := s.SignIn + "?next=" + url.QueryEscape(next(r))
		if Partial(r) {
			w.Header().Set("HX-Redirect", to)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	said, reference := s.say(f, r, err)
	var shown error
	if Partial(r) {
		w.Header().Set("HX-Retarget", "#toasts")
		w.Header().Set("HX-Reswap", "beforeend")
		shown = Show(w, r, status, part.Notice(f.Printer, part.Toast{Text: said, Icon: "alert-triangle"}))
	} else {
		f.Title = f.T("trouble." + strconv.Itoa(status))
		shown = Show(w, r, status, troublePage(f, said, reference))
	}
	if shown != nil && !errors.Is(shown, context.Canceled) && s.Log != nil {
		s.Log.ErrorContext(r.Context(), "an error could not be shown", "error", shown, "path", Shown(r.URL.Path))
	}
}

// say puts an error into words; what is no fault is logged under a reference
// the reader can name.
func (s *Shell) say(f *Frame, r *http.Request, err error) (said, reference string) {
	faults := fault.All(err)
	if faults == nil {
		reference = newReference()
		if s.Log != nil {
			s.Log.ErrorContext(r.Context(), "a request failed", "error", err, "method", r.Method, "path", Shown(r.URL.Path), "reference", reference)
		}
		return f.T("trouble.outage"), reference
	}
	texts := make([]string, len(faults))
	for i, one := range faults {
		texts[i] = f.Fault(one)
	}
	return strings.Join(texts, " "), ""
}

// Status is the HTTP status of an error: the first fault's kind, else 500.
func Status(err error) int {
	faults := fault.All(err)
	if len(faults) == 0 {
		return http.StatusInternalServerError
	}
	switch faults[0].Kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Missing:
		return http.StatusNotFound
	case fault.Denied:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.Stale:
		return http.StatusPreconditionFailed
	case fault.TooMuch:
		if faults[0].Args["wait"] != nil {
			return http.StatusTooManyRequests
		}
		return http.StatusRequestEntityTooLarge
	case fault.Unknown:
		return http.StatusUnauthorized
	}
	return http.StatusInternalServerError
}

func tooLarge(err error) error {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooMuch, "trouble.too_large").With("limit", lang.For(lang.English).Size(big.Limit))
	}
	return err
}

// Partial reports whether htmx asks for a piece of a page.
func Partial(r *http.Request) bool {
	h := r.Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Boosted") != "true" && h.Get("HX-History-Restore-Request") != "true"
}

// Go sends the reader on after a POST: an htmx request by header, others by
// 303, so that reloading does not send again.
func Go(w http.ResponseWriter, r *http.Request, to string) error {
	if Partial(r) {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// passOn sends to the page that stands for this one and takes the language and
// theme asked for along.
func passOn(w http.ResponseWriter, r *http.Request, to string) error {
	asked, kept := r.URL.Query(), url.Values{}
	for _, name := range []string{"lang", "theme"} {
		if value := asked.Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	if len(kept) > 0 {
		to += "?" + kept.Encode()
	}
	return Go(w, r, to)
}

// Show renders a page or fragment. It is made completely before the first
// byte is sent, so that a failing template is an error and not half a page.
func Show(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b, ok := buffers.Get().(*bytes.Buffer)
	if !ok {
		b = new(bytes.Buffer)
	}
	defer buffers.Put(b)
	b.Reset()
	if err := c.Render(r.Context(), b); err != nil {
		return fmt.Errorf("web: render %s: %w", r.URL.Path, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	h.Add("Vary", "HX-Request, Accept-Encoding")
	if b.Len() < 2048 || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes()) // the reader went away: nobody is left to tell
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z, ok := zippers.Get().(*gzip.Writer)
	if !ok {
		return errors.New("web: no gzip writer")
	}
	defer zippers.Put(z)
	z.Reset(w)
	_, _ = z.Write(b.Bytes()) // as above
	_ = z.Close()
	return nil
}

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	zippers = sync.Pool{New: func() any {
		z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
		if err != nil {
			panic(err) // only an unknown level fails
		}
		return z
	}}
)

func newReference() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// next is where a reader wants to be after signing in: the page, or for a
// piece of one the page it was asked from.
func next(r *http.Request) string {
	if Partial(r) {
		if at, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil {
			return Local(at.RequestURI())
		}
		return "/"
	}
	if r.Method != http.MethodGet {
		return "/"
	}
	return r.URL.RequestURI()
}

// Local makes sure that an address taken from a request stays on this server:
// anything else is "/".
func Local(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return "/"
	}
	return to
}
