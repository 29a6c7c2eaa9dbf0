package cmdb

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/httprate"

	"kilter/internal/base/arrival"
	"kilter/internal/base/fault"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
)

// InventoryPath is where agents send their inventories.
const InventoryPath = "/inventory"

// Listener takes the inventories of agents of GLPI, FusionInventory and OCS
// Inventory. They name themselves by HTTP basic authentication, with an API
// token as the password. An inventory becomes a draft; it is carried out at
// once when the token may approve imports.
type Listener struct {
	Who        func(*http.Request) (people.Actor, error)       // by the bearer token of the request
	Pass       func(ctx context.Context, a people.Actor) error // the policy of the address
	Address    func(*http.Request) string                      // where a request comes from
	Reconciler *cmdb.Reconciler
	Log        *slog.Logger
	Rate       int // requests a minute for each token at each address, and for strangers at each; 0: no limit

	once  sync.Once
	limit *httprate.RateLimiter
	turns chan struct{} // who compares a report now
}

const (
	inventoryTime = 60 * time.Second // how long an agent may take to send
	atOnce        = 2                // reports that are compared at once: each reads all items
)

// ServeHTTP answers an agent.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.once.Do(l.ready)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	by, err := l.caller(r)
	if late := l.often(w, r, by); late != nil {
		err = late
	}
	if err == nil {
		err = l.Pass(r.Context(), by)
	}
	if err != nil {
		l.refuse(w, err)
		return
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	m, err := l.take(w, r, by)
	if err != nil {
		l.refuse(w, err)
		return
	}
	m.answer(w, r)
}

func (l *Listener) ready() {
	l.turns = make(chan struct{}, atOnce)
	if l.Rate > 0 {
		l.limit = httprate.NewRateLimiter(l.Rate, time.Minute)
	}
}

// often counts a request, and says when there were too many: of a token at an
// address, for the machines of a city may share a token, or of strangers there.
func (l *Listener) often(w http.ResponseWriter, r *http.Request, by people.Actor) error {
	if l.limit == nil || !l.limit.OnLimit(w, r, fmt.Sprintf("%d from %s", by.Token, l.Address(r))) {
		return nil
	}
	return fault.New(fault.TooMuch, tooOften).With("wait", 60)
}

const tooOften = "api.too_often"

// caller is who sends, by the token. Whoever has no valid token hears always
// the same, whatever is wrong with it: a stranger learns nothing here.
func (l *Listener) caller(r *http.Request) (people.Actor, error) {
	stranger := fault.New(fault.Unknown, "signin.again")
	_, token, ok := r.BasicAuth()
	if !ok {
		if token, ok = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); !ok {
			return people.Actor{}, stranger
		}
	}
	shown := r.Clone(r.Context())
	shown.Header.Set("Authorization", "Bearer "+token)
	by, err := l.Who(shown)
	if err != nil && len(fault.All(err)) > 0 {
		return people.Actor{}, stranger
	}
	return by, err
}

func (l *Listener) take(w http.ResponseWriter, r *http.Request, by people.Actor) (*Message, error) {
	arrival.Within(r, inventoryTime)
	m, err := ReadMessage(http.MaxBytesReader(w, r.Body, MaxInventory))
	if err != nil || m.Query != "INVENTORY" {
		return m, err
	}
	select {
	case l.turns <- struct{}{}:
		defer func() { <-l.turns }()
	case <-r.Context().Done():
		return m, r.Context().Err()
	}
	_, err = l.Reconciler.Take(r.Context(), by, func() cmdb.Report { return m.Report(Options{File: brief(m.Device)}) })
	return m, err
}

// refuse says why not, in the way that agents log: a status and a key.
func (l *Listener) refuse(w http.ResponseWriter, err error) {
	list := fault.All(err)
	status, why := http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError)
	if len(list) > 0 {
		why = list[0].Key
		switch kind := list[0].Kind; {
		case why == tooOften:
			status = http.StatusTooManyRequests
		case kind == fault.Unknown:
			status = http.StatusUnauthorized
			w.Header().Set("WWW-Authenticate", `Basic realm="Kilter"`)
		case kind == fault.Denied:
			status = http.StatusForbidden
		case kind == fault.TooMuch:
			status = http.StatusRequestEntityTooLarge
		default:
			status = http.StatusUnprocessableEntity
		}
	} else {
		l.Log.Error("an inventory could not be taken", "err", err)
	}
	http.Error(w, why, status)
}

// answer tells the agent, in its own protocol, to send its inventory, or that
// it has come; the next is wanted in a day.
func (m *Message) answer(w http.ResponseWriter, r *http.Request) {
	if m.JSON {
		w.Header().Set("Content-Type", "application/json")
		text := `{"status":"ok","expiration":24}`
		if m.Query == "CONTACT" {
			text = `{"status":"ok","expiration":24,"tasks":{"inventory":{"server":"glpi","version":"10.0"}}}`
		}
		_, _ = io.WriteString(w, text) // the agent may have hung up
		return
	}
	text := `<?xml version="1.0" encoding="UTF-8"?><REPLY><RESPONSE>no_account_update</RESPONSE></REPLY>`
	if m.Query == "PROLOG" {
		text = `<?xml version="1.0" encoding="UTF-8"?><REPLY><PROLOG_FREQ>24</PROLOG_FREQ><RESPONSE>SEND</RESPONSE></REPLY>`
	}
	out := []byte(text)
	kind := "application/xml"
	if strings.Contains(r.Header.Get("Content-Type"), "compress") {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		if _, err := z.Write(out); err == nil && z.Close() == nil {
			out, kind = b.Bytes(), "application/x-compress-zlib"
		}
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(out) // the agent may have hung up
}
