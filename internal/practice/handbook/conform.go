package handbook

import (
	"context"
	"time"

	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Step is a move of a case in the event log.
type Step struct {
	Was, Became string // states; Was is "" where the case begins
	Irregular   bool   // it was brought in and marked as out of the flow
}

// Kind says how a step of a case is not by the book.
type Kind string

// The kinds.
const (
	Marked  Kind = "marked"  // it came with a history and was marked as out of the flow
	Began   Kind = "began"   // it began elsewhere than the flow does
	Skipped Kind = "skipped" // the flow leads there by more steps
	Against Kind = "against" // the flow does not lead there
)

// Breach is a step that is not by the book.
type Breach struct {
	Kind        Kind
	Was, Became string
}

// Paths are a life cycle as its log is held to it: what leads where in one step, and in any number.
type Paths struct {
	start string
	next  map[string]map[string]bool
	reach map[string]map[string]bool
}

// Paths are those of the life cycle.
func (c *Cycle) Paths() *Paths {
	p := &Paths{start: c.Start, next: map[string]map[string]bool{}, reach: map[string]map[string]bool{}}
	for _, w := range c.Ways() {
		if p.next[w.From] == nil {
			p.next[w.From] = map[string]bool{}
		}
		p.next[w.From][w.To] = true
	}
	for _, s := range c.States {
		seen := map[string]bool{}
		var walk func(string)
		walk = func(at string) {
			for to := range p.next[at] {
				if !seen[to] {
					seen[to] = true
					walk(to)
				}
			}
		}
		walk(s.Code)
		p.reach[s.Code] = seen
	}
	return p
}

// Judge lists what of a case is not by the book, each breach once.
func (p *Paths) Judge(steps []Step) []Breach {
	var out []Breach
	add := func(k Kind, was, became string) {
		b := Breach{k, was, became}
		for _, o := range out {
			if o == b {
				return
			}
		}
		out = append(out, b)
	}
	at := ""
	for i, s := range steps {
		if s.Became == "" {
			continue
		}
		was := s.Was
		if was == "" {
			was = at
		}
		switch {
		case s.Irregular:
			add(Marked, was, s.Became)
		case i == 0 && was == "":
			if s.Became != p.start {
				add(Began, "", s.Became)
			}
		case was == s.Became, p.next[was][s.Became]:
		case p.reach[was][s.Became]:
			add(Skipped, was, s.Became)
		default:
			add(Against, was, s.Became)
		}
		at = s.Became
	}
	return out
}

// Held is how the cases of a flow that ended in a time keep to it.
type Held struct {
	Flow    string
	Since   time.Time
	At      time.Time
	Cases   int
	Regular int
	Kinds   []Tally
}

// Share is that of the cases by the book; ok is false when there are none.
func (h *Held) Share() (share float64, ok bool) {
	if h == nil || h.Cases == 0 {
		return 0, false
	}
	return float64(h.Regular) / float64(h.Cases), true
}

// Tally is in how many cases a breach was found.
type Tally struct {
	Breach
	Cases int
}

// Items stands for a kind where the cases of a flow are configuration items: they
// are in use for years, so that those that moved count, not those that ended.
const Items record.Kind = "item"

// Case is one in which a breach was found.
type Case struct {
	ID     int64
	Number record.Number
	Code   string      // of an item, which has no number
	Title  people.Text // of a record in the one language it was written in
	At     time.Time
	Breach
}

// Log keeps what the event log said of the flows.
type Log interface {
	// Hold goes through the event log of a kind of records that ended in a time, or of items that moved in it,
	// and keeps what is not by the book in the place of what was kept.
	Hold(ctx context.Context, flow string, kind record.Kind, p *Paths, since, now time.Time) error
	// Held tells what was found, without the zones that a scope does not clear.
	Held(ctx context.Context, scope people.Scope, flows []string) ([]Held, error)
	// Cases lists cases within a scope, from an id on.
	Cases(ctx context.Context, scope people.Scope, flow string, b Breach, after int64, limit int) ([]Case, error)
	// Last is when a flow was last held to its log; zero for never.
	Last(ctx context.Context, flow string) (time.Time, error)
}
