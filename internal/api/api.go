// Package api is Kilter for other programs: everything the pages can do, as
// REST under /api/v1, with the same operations of the same desks behind it.
//
// Most of it is not written down here but follows from the practices: the flow
// of a practice gives the verbs (POST .../incidents/INC-2026-00042/resolve),
// its sheet gives the fields with their types. The OpenAPI document is made
// from the same table of operations that is served (huma's model of it), so
// that the two cannot drift apart; docs/api.md is for people.
package api

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"kilter/internal/base/fault"
	"kilter/internal/base/once"
	"kilter/internal/practice/macro"
	"kilter/internal/practice/people"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Prefix is where the operations of this version live.
const Prefix = "/api/v1"

// API serves the operations that have been added to it.
type API struct {
	// Who tells who is asking, by the token or cookie of the request; an
	// Unknown fault when nobody does.
	Who      func(*http.Request) (people.Actor, error)
	Now      func() time.Time
	Log      *slog.Logger
	Settings *setting.Keeper
	Ledger   record.Ledger
	Answers  once.Store  // of requests with an Idempotency-Key
	Feed     record.Feed // what live listeners resume from
	Live     Ears
	// Where reads a condition of the query language for somebody.
	Where func(by people.Actor, k record.Kind, text string) (query.Node, error)
	// PersonID finds a person by code, 0 when there is none; nil when persons
	// are named by id only.
	PersonID func(r *http.Request, code string) (people.ID, error)
	Rate     int    // requests a minute for each token or person; 0: no limit
	Version  string // of Kilter

	ops     []*operation
	macros  *macro.Room
	rate    *httprate.RateLimiter
	origins *http.CrossOriginProtection
	paper   paper
}

// Ears lets somebody listen to what happens; see job.Live.
type Ears interface {
	Listen() (happenings <-chan record.Happening, leave func())
}

// The policies of routes that need no particular grant. Every other policy is
// the name of the deed that must be granted.
const (
	Anyone = "anyone" // nobody asks who you are
	Known  = "known"  // anybody who is signed in, for what is his own
)

// Route is what the table of routes says about one of them.
type Route struct {
	Method, Path string
	Policy       string // Anyone, Known, or the deed that must be granted
}

// Routes lists everything served.
func (a *API) Routes() []Route {
	out := make([]Route, len(a.ops))
	for i, op := range a.ops {
		out[i] = Route{op.Method, op.Path, op.Policy}
	}
	return out
}

// handler answers a call or says why not.
type handler func(*call) error

// operation is one line of the table that serves and documents the API.
type operation struct {
	Method, Path string
	Policy       string
	Name         string // its id; the key of its words is api.op.<Key>
	Key          string // "" when it is the name
	Tag          string // what it is about: the key api.tag.<Tag>
	Query        []param
	Body         *body
	Gives        []gives
	Once         bool // takes an Idempotency-Key
	Match        bool // takes If-Match
	Example      any  // of its body
	Hidden       bool // not in the document
	Any          bool // whatever parameters come
	Run          handler
	// Recall answers a repeated request whose change was committed and whose
	// answer was lost: with the record as it is now. Only an operation that
	// changes records, all in one transaction, has it.
	Recall func(c *call, ref string) error
}

// param is a parameter in the address.
type param struct {
	Name string // the key of its words is api.param.<Name>
	Type string // "string", "integer", "boolean"
	Enum []string
}

// add puts an operation on the table.
func (a *API) add(op operation) { a.ops = append(a.ops, &op) }

// Mount serves the operations, the OpenAPI document and the reference.
func (a *API) Mount(mux *http.ServeMux) {
	a.ready()
	for _, op := range a.ops {
		mux.Handle(op.Method+" "+op.Path, a.answer(op))
	}
	mux.Handle(Prefix+"/", a.answer(&operation{Policy: Anyone, Name: "nowhere", Any: true, Run: func(c *call) error { return c.nowhere(mux) }}))
}

// nowhere says that there is nothing at an address, or what else can be done
// there.
func (c *call) nowhere(mux *http.ServeMux) error {
	var allowed []string
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		other := c.r.Clone(c.r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); strings.HasPrefix(pattern, method+" "+Prefix) {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return noSuchAddress(c.r)
	}
	c.w.Header().Set("Allow", strings.Join(allowed, ", "))
	return fault.New(fault.Missing, "api.method").With("methods", strings.Join(allowed, ", "))
}

func (a *API) ready() {
	a.self()
	if a.Live != nil && a.Feed != nil {
		a.listen()
	}
	a.paperwork()
	a.origins = http.NewCrossOriginProtection()
	if a.Rate > 0 {
		a.rate = httprate.NewRateLimiter(a.Rate, time.Minute, httprate.WithResponseHeaders(httprate.ResponseHeaders{
			Limit: "RateLimit-Limit", Remaining: "RateLimit-Remaining", Reset: "RateLimit-Reset", RetryAfter: "Retry-After",
		}))
	}
}
