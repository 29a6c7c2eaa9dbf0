package api

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"kilter/internal/base/arrival"
	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
	"kilter/internal/practice/people"
)

// call is one request on its way through an operation.
type call struct {
	*API
	op    *operation
	w     http.ResponseWriter
	r     *http.Request
	by    people.Actor
	words *lang.Printer
	trace string
	raw   []byte // the body, when it is read whole
}

// The limits of an ordinary body.
const (
	bodyLimit = 1 << 20 // bytes
	bodyTime  = 20 * time.Second
)

// answer makes an http.Handler of an operation: who is asking, may he ask so
// often, is the request of the right form, then the operation itself. What
// goes wrong is told in one place.
func (a *API) answer(op *operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{API: a, op: op, w: w, r: r, trace: traceOf(r), words: lang.For(lang.Negotiate(r.Header.Get("Accept-Language")))}
		h := w.Header()
		h.Set("Trace-Id", c.trace)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("Cache-Control", "no-store")
		defer func() {
			caught := recover()
			if caught == nil {
				return
			}
			if caught == http.ErrAbortHandler { //nolint:errorlint // a panic value is no error chain
				panic(caught)
			}
			c.tell(fmt.Errorf("api: panic: %v\n%s", caught, debug.Stack()))
		}()
		err := c.enter()
		if err == nil {
			err = c.run()
		}
		if err != nil {
			c.tell(err)
		}
	})
}

// enter lets a request in, or says why not.
func (c *call) enter() error {
	if err := c.origins.Check(c.r); err != nil {
		return fault.New(fault.Denied, "api.cross_origin")
	}
	if c.op.Policy != Anyone {
		by, err := c.Who(c.r)
		if err != nil {
			return err
		}
		c.by = by
		c.words = lang.For(c.language())
		c.by.Lang = string(c.words.Lang()) // things are named as the answer speaks
		if c.rate != nil && c.rate.OnLimit(c.w, c.r, c.who()) {
			return tooOften(c.w)
		}
		if reset, err := strconv.ParseInt(c.w.Header().Get("RateLimit-Reset"), 10, 64); err == nil {
			c.w.Header().Set("RateLimit-Reset", strconv.FormatInt(max(0, reset-c.Now().Unix()), 10))
		}
	}
	if err := c.knownParams(); err != nil {
		return err
	}
	return c.takeBody()
}

// tooOften is the fault of a caller who asks more often than he may.
func tooOften(w http.ResponseWriter) error {
	const wait = 60 // the window of the limit, in seconds
	w.Header().Set("RateLimit-Reset", strconv.Itoa(wait))
	return fault.New(fault.TooMuch, "api.too_often").With("wait", wait)
}

// language is that of the answer: what a program asks for by Accept-Language,
// else what the token's owner chose; a person in a browser, which always sends
// the header, gets his own choice.
func (c *call) language() lang.Lang {
	accept := c.r.Header.Get("Accept-Language")
	if c.by.Token != 0 && accept != "" {
		return lang.Negotiate(accept)
	}
	return lang.Negotiate(accept, c.by.Lang)
}

// who names the caller for limits and repeated requests.
func (c *call) who() string {
	if c.by.Token != 0 {
		return "token:" + strconv.FormatInt(c.by.Token, 10)
	}
	return "person:" + strconv.FormatInt(int64(c.by.ID), 10)
}

// knownParams refuses parameters the operation does not have: a misspelt
// filter must not look like an empty one.
func (c *call) knownParams() error {
	if c.op.Any {
		return nil
	}
	var many fault.Many
	for name, values := range c.r.URL.Query() {
		i := slices.IndexFunc(c.op.Query, func(p param) bool { return p.Name == name })
		switch {
		case i < 0:
			many = append(many, fault.At(name, "api.unknown_parameter"))
		case len(values) > 1:
			many = append(many, fault.At(name, "api.parameter_twice"))
		default:
			if f := c.op.Query[i].check(values[0]); f != nil {
				many = append(many, f)
			}
		}
	}
	slices.SortFunc(many, func(a, b *fault.Fault) int { return strings.Compare(a.Field, b.Field) })
	return many.Err()
}

func (p param) check(v string) *fault.Fault {
	switch p.Type {
	case "integer":
		if n, err := strconv.Atoi(v); err != nil || n < 0 {
			return fault.At(p.Name, "record.not_a_number")
		}
	case "boolean":
		if v != "true" && v != "false" {
			return fault.At(p.Name, "record.not_yes_no")
		}
	}
	if len(p.Enum) > 0 && v != "" && !slices.Contains(p.Enum, v) {
		return fault.At(p.Name, "record.not_a_choice").With("choices", strings.Join(p.Enum, ", "))
	}
	return nil
}

// takeBody checks what kind of body comes, bounds it in size and time, and
// reads it whole unless the operation streams it.
func (c *call) takeBody() error {
	b := c.op.Body
	if b == nil {
		c.r.Body = http.MaxBytesReader(c.w, c.r.Body, 0)
		return nil
	}
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if c.r.ContentLength != 0 && (err != nil || !slices.Contains(b.types(), kind)) {
		return fault.New(fault.Invalid, "api.content_type").With("types", strings.Join(b.types(), ", "))
	}
	c.r.Body = http.MaxBytesReader(c.w, c.r.Body, b.limit())
	within := b.Time
	if within == 0 {
		within = bodyTime
	}
	arrival.Within(c.r, within)
	if b.Stream {
		return nil
	}
	c.raw, err = io.ReadAll(c.r.Body)
	if err != nil {
		return received(err)
	}
	return nil
}

// received turns what went wrong while a body came in into a fault.
func received(err error) error {
	if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooMuch, "api.body_too_large").With("limit", lang.For(lang.English).Size(big.Limit))
	}
	return fault.New(fault.Invalid, "api.body_broken")
}

// run does the operation, once if the caller asks for that.
func (c *call) run() error {
	if key := c.r.Header.Get("Idempotency-Key"); key != "" && c.op.Once && c.Answers != nil {
		return c.runOnce(key)
	}
	return c.op.Run(c)
}

// JSON answers with a value.
func (c *call) JSON(status int, v any) error {
	out, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("api: %s: %w", c.op.Name, err)
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(append(out, '\n')) // whoever asked may have hung up
	return nil
}

// done answers a change with what came of it, or with nothing if the caller
// prefers that.
func (c *call) done(status int, v any) error {
	if !prefersMinimal(c.r) {
		return c.JSON(status, v)
	}
	c.w.Header().Set("Preference-Applied", "return=minimal")
	if status == http.StatusOK {
		status = http.StatusNoContent
	}
	c.w.WriteHeader(status)
	return nil
}

func prefersMinimal(r *http.Request) bool {
	for _, line := range r.Header.Values("Prefer") {
		for p := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(p), "return=minimal") {
				return true
			}
		}
	}
	return false
}

// get is a parameter of the address.
func (c *call) get(name string) string { return c.r.URL.Query().Get(name) }

// list is a parameter that holds several words.
func (c *call) list(name string) []string {
	return strings.FieldsFunc(c.get(name), func(r rune) bool { return r == ',' || r == ' ' })
}

// traceOf is the id under which a request is found in the log: the caller's
// own trace when it sends one (W3C traceparent), else a new one.
func traceOf(r *http.Request) string {
	if parts := strings.Split(r.Header.Get("traceparent"), "-"); len(parts) == 4 && len(parts[1]) == 32 {
		if _, err := hex.DecodeString(parts[1]); err == nil {
			return strings.ToLower(parts[1])
		}
	}
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}
