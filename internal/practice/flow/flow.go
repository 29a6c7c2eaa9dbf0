// Package flow describes life cycles. A flow is a table of places and moves;
// each practice declares its own, and record.Desk carries it out.
package flow

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
)

// State is a place in a life cycle, written in the database by its name, so
// that history stays readable when the code moves on.
type State string

// Pace says what the service level clocks do while a record is in a state.
type Pace string

// The paces. A response clock ends when the pace first leaves Wait; a
// resolution clock runs in Wait and Work, rests in Pause when the agreement
// says that the reason stops it, and ends in Stop.
const (
	Wait  Pace = "wait"  // running, and nobody has responded yet
	Work  Pace = "work"  // running, somebody is at it
	Pause Pace = "pause" // somebody else's turn, for a reason
	Stop  Pace = "stop"  // done
)

// Place is a state with what it means for clocks. A final place has no way out.
type Place struct {
	State State
	Pace  Pace
	Final bool
}

// Need is a condition the record must meet after the fields of a move are
// filled in and before it is saved.
type Need[R any] func(R) error

// Move is one arrow of a life cycle. Asks names the fields its form has; no
// other field may be changed on the way. A move whose To is "" leaves the
// state as it is (declare major, escalate).
type Move[R any] struct {
	Name  string
	From  []State
	To    State
	Asks  []string
	Drops []string // fields emptied on the way, unless the form fills them anew
	Needs []Need[R]
	Says  Say                      // whether a text goes with it
	Told  bool                     // the requester is told, whatever is said
	Why   string                   // the field that holds the reason, "" when the text is reason enough
	Sys   bool                     // only Kilter itself makes it: no button, no API verb
	Does  func(r R, now time.Time) // what else it notes on the record: moments and counts that reports need
}

// Say tells whether a move's form has room for a text.
type Say string

// The three answers.
const (
	MaySay  Say = ""
	MustSay Say = "must"
	Silent  Say = "silent"
)

// Flow is a whole life cycle.
type Flow[R any] struct {
	Start   State
	Asks    []string // the fields of the form that opens a record
	Places  []Place
	Moves   []Move[R]
	Endless bool // no move ends it: what it is about goes away by itself
}

// At, Asks and Needs keep the tables short.
func At(s ...State) []State { return s }

// Asks lists the fields of a form.
func Asks(fields ...string) []string { return fields }

// Needs lists conditions.
func Needs[R any](n ...Need[R]) []Need[R] { return n }

// Find returns the named move if it leaves state s.
func (f Flow[R]) Find(s State, name string) (Move[R], error) {
	for _, m := range f.Moves {
		if m.Name == name && slices.Contains(m.From, s) {
			return m, nil
		}
	}
	return Move[R]{}, fault.New(fault.Conflict, "flow.no_move").With("state", string(s)).With("move", name)
}

// Leads is the state to which the named move leads from state s; false when it
// does not leave it.
func (f Flow[R]) Leads(s State, name string) (State, bool) {
	m, err := f.Find(s, name)
	return m.Target(s), err == nil
}

// Named returns the first move of that name, from whatever state.
func (f Flow[R]) Named(name string) (Move[R], bool) {
	i := slices.IndexFunc(f.Moves, func(m Move[R]) bool { return m.Name == name })
	if i < 0 {
		return Move[R]{}, false
	}
	return f.Moves[i], true
}

// From lists the moves people can make from state s: the buttons of the page.
func (f Flow[R]) From(s State) []Move[R] {
	var out []Move[R]
	for _, m := range f.Moves {
		if !m.Sys && slices.Contains(m.From, s) {
			out = append(out, m)
		}
	}
	return out
}

// Place describes state s; an unknown state is taken as running.
func (f Flow[R]) Place(s State) Place {
	for _, p := range f.Places {
		if p.State == s {
			return p
		}
	}
	return Place{State: s, Pace: Work}
}

// Live reports whether a record in state s still needs somebody: its clocks
// have not stopped.
func (f Flow[R]) Live(s State) bool { return f.Place(s).Pace != Stop }

// States lists the states in the order of the table.
func (f Flow[R]) States() []State {
	out := make([]State, len(f.Places))
	for i, p := range f.Places {
		out[i] = p.State
	}
	return out
}

// Names lists the names of all moves once, in the order of the table: with
// the kind before them they are the grants of the practice.
func (f Flow[R]) Names() []string {
	var out []string
	for _, m := range f.Moves {
		if !slices.Contains(out, m.Name) {
			out = append(out, m.Name)
		}
	}
	return out
}

// Fit reports every need that r does not meet.
func (m Move[R]) Fit(r R) error {
	var many fault.Many
	for _, need := range m.Needs {
		if err := many.Add(need(r)); err != nil {
			return err
		}
	}
	return many.Err()
}

// Target is the state after the move.
func (m Move[R]) Target(from State) State {
	if m.To == "" {
		return from
	}
	return m.To
}

// Check reports what is wrong with the table: a state without a place, one
// that cannot be reached or, unless the flow is endless, cannot reach a final
// one, a way out of a final state, or two moves of one name leaving one state.
func (f Flow[R]) Check() error {
	reach := f.close(map[State]bool{f.Start: true}, false)
	ends := map[State]bool{}
	for _, p := range f.Places {
		if p.Final {
			ends[p.State] = true
		}
	}
	ends = f.close(ends, true)
	seen := map[string]bool{}
	for _, m := range f.Moves {
		for _, s := range m.From {
			key := m.Name + " from " + string(s)
			if seen[key] {
				return fmt.Errorf("flow: two moves %s", key)
			}
			seen[key] = true
			if f.Place(s).Final && m.To != "" {
				return fmt.Errorf("flow: %s leaves the final state %s", m.Name, s)
			}
			for _, end := range []State{s, m.Target(s)} {
				if !slices.Contains(f.States(), end) {
					return fmt.Errorf("flow: %s names %q, which has no place", m.Name, end)
				}
			}
		}
	}
	for _, p := range f.Places {
		if !reach[p.State] {
			return fmt.Errorf("flow: %q is never reached", p.State)
		}
		if !ends[p.State] && !f.Endless {
			return fmt.Errorf("flow: %q never ends", p.State)
		}
	}
	return nil
}

// close grows a set of states along the moves, or against them.
func (f Flow[R]) close(set map[State]bool, back bool) map[State]bool {
	for range f.Places {
		for _, m := range f.Moves {
			for _, s := range m.From {
				from, to := s, m.Target(s)
				if back {
					from, to = to, from
				}
				if set[from] {
					set[to] = true
				}
			}
		}
	}
	return set
}

// Mermaid draws the flow for the handbook.
func (f Flow[R]) Mermaid() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n  [*] --> %s\n", f.Start)
	for _, m := range f.Moves {
		if m.To == "" {
			continue
		}
		for _, s := range m.From {
			fmt.Fprintf(&b, "  %s --> %s: %s\n", s, m.To, m.Name)
		}
	}
	for _, p := range f.Places {
		if p.Final {
			fmt.Fprintf(&b, "  %s --> [*]\n", p.State)
		}
	}
	return b.String()
}

// LiveStates lists the states in which a record still needs somebody.
func (f Flow[R]) LiveStates() []State {
	return slices.DeleteFunc(slices.Clone(f.States()), func(s State) bool { return !f.Live(s) })
}
