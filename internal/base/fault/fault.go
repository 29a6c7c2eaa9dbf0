// Package fault names the ways a request can fail, so that every face of
// Kilter (page, API, mail, command line) tells them apart in the same way.
//
// A fault carries a message key and its arguments, never a finished sentence:
// the reader's language is known only at the border.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the class of a fault. Anything that is not a fault is a bug or an
// outage, and its text is for the log, never for the user.
type Kind string

// The kinds, and the HTTP status each is mapped to at the border.
const (
	Invalid  Kind = "invalid"  // 422: the input breaks a rule; Field says where
	Missing  Kind = "missing"  // 404: no such thing, or not yours to see
	Denied   Kind = "denied"   // 403: you may see it, but not do this
	Conflict Kind = "conflict" // 409: someone else was faster
	Stale    Kind = "stale"    // 412: the version you named is not the current one
	TooMuch  Kind = "too_much" // 413 or 429: a limit was reached; Args say which
	Unknown  Kind = "unknown"  // 401: we do not know who you are
)

// Fault is an error the user is meant to read.
type Fault struct {
	Kind  Kind
	Field string         // the field at fault by its API name, "" when it is the whole request
	Key   string         // message key, looked up in the reader's language
	Args  map[string]any // named arguments of the message
}

func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(string(f.Kind))
	if f.Field != "" {
		b.WriteString(" " + f.Field)
	}
	b.WriteString(" " + f.Key)
	if len(f.Args) > 0 {
		fmt.Fprintf(&b, " %v", f.Args)
	}
	return b.String()
}

// New makes a fault about the whole request.
func New(k Kind, key string) *Fault { return &Fault{Kind: k, Key: key} }

// At makes an Invalid fault about one field.
func At(field, key string) *Fault { return &Fault{Kind: Invalid, Field: field, Key: key} }

// With adds a named argument to the message and returns the same fault.
func (f *Fault) With(name string, value any) *Fault {
	if f.Args == nil {
		f.Args = map[string]any{}
	}
	f.Args[name] = value
	return f
}

// Is reports whether err is, or wraps, a fault of kind k.
func Is(err error, k Kind) bool {
	for _, f := range All(err) {
		if f.Kind == k {
			return true
		}
	}
	return false
}

// Many is several faults at once: all the fields of a form that are wrong.
type Many []*Fault

func (m Many) Error() string {
	text := make([]string, len(m))
	for i, f := range m {
		text[i] = f.Error()
	}
	return strings.Join(text, "; ")
}

// Add appends what is at fault in err; an error that is no fault is returned
// as it is, for the caller to hand up.
func (m *Many) Add(err error) error {
	if err == nil {
		return nil
	}
	all := All(err)
	if all == nil {
		return err
	}
	*m = append(*m, all...)
	return nil
}

// Err is nil when nothing is at fault.
func (m Many) Err() error {
	switch len(m) {
	case 0:
		return nil
	case 1:
		return m[0]
	}
	return m
}

// All lists the faults in err, or nil when it is none.
func All(err error) []*Fault {
	if m, ok := errors.AsType[Many](err); ok {
		return m
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return []*Fault{f}
	}
	return nil
}
