package history

import (
	"slices"
	"strings"

	"kilter/internal/practice/flow"
)

// Life is the life cycle that history is told in: enough of a practice's flow
// to say which moves are regular and where work rests.
type Life struct {
	Start   flow.State
	Reasons []string // what a pending record may wait for
	places  []flow.Place
	moves   map[[2]flow.State]string
	targets []flow.State // resolved and closed: where work rests by being done
}

// NewLife takes the life cycle from a practice's flow. Done names its states
// of work well done, the last one final (resolved, closed).
func NewLife[R any](f flow.Flow[R], reasons []string, done ...flow.State) Life {
	l := Life{Start: f.Start, Reasons: reasons, places: f.Places, moves: map[[2]flow.State]string{}, targets: done}
	for _, m := range f.Moves {
		if m.To == "" {
			continue
		}
		for _, from := range m.From {
			key := [2]flow.State{from, m.To}
			// Where several moves go the same way, nobody knows which button was
			// pressed: the one that Kilter makes by itself claims least.
			if _, ok := l.moves[key]; !ok || m.Sys {
				l.moves[key] = m.Name
			}
		}
	}
	return l
}

// Knows reports whether there is such a state.
func (l Life) Knows(s flow.State) bool {
	return slices.ContainsFunc(l.places, func(p flow.Place) bool { return p.State == s })
}

func (l Life) names() string {
	out := make([]string, len(l.places))
	for i, p := range l.places {
		out[i] = string(p.State)
	}
	return strings.Join(out, ", ")
}

func (l Life) place(s flow.State) flow.Place {
	for _, p := range l.places {
		if p.State == s {
			return p
		}
	}
	return flow.Place{State: s, Pace: flow.Work}
}

func (l Life) stopped(s flow.State) bool { return l.place(s).Pace == flow.Stop }

// done reports whether a record in s was resolved, not cancelled.
func (l Life) done(s flow.State) bool { return slices.Contains(l.targets, s) }

// resolved and closed are the first and the last state of work well done.
func (l Life) resolved() flow.State { return l.targets[0] }
func (l Life) closed() flow.State   { return l.targets[len(l.targets)-1] }

// move names the arrow from one state to another; false when the flow has none.
func (l Life) move(from, to flow.State) (string, bool) {
	name, ok := l.moves[[2]flow.State{from, to}]
	return name, ok
}
