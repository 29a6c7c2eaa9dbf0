package handbook

import (
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/flow"
)

// Of is a flow as it runs, for the handbook. Name is that of the practice,
// words what stands before the keys of its words, room that of its deeds, or
// the one deed that all its moves are.
// Compulsory fields are what the needs of a move miss on an empty record, which
// every need has to bear.
func Of[R any](name, words, room string, f flow.Flow[R], empty func() R) Cycle {
	out := Cycle{Name: name, Words: words, Start: string(f.Start)}
	for _, p := range f.Places {
		out.States = append(out.States, State{Code: string(p.State), Final: p.Final, Pace: p.Pace})
	}
	for _, m := range f.Moves {
		one := Move{Name: m.Name, To: string(m.To), Sys: m.Sys, Asks: m.Asks, Says: m.Says == flow.MustSay}
		for _, s := range m.From {
			one.From = append(one.From, string(s))
		}
		if !m.Sys {
			one.Deed = room
			if !strings.Contains(room, ".") {
				one.Deed += "." + m.Name
			}
		}
		for _, need := range m.Needs {
			one.miss(fault.All(need(empty())))
		}
		out.Moves = append(out.Moves, one)
	}
	return out
}

// miss notes what a need misses on an empty record. A need of something that
// only some records have is met by an empty one, and tells nothing of them.
func (m *Move) miss(all []*fault.Fault) {
	if all == nil {
		m.Unsettled = true
	}
	for _, f := range all {
		if f.Field != "" {
			if !slices.Contains(m.Must, f.Field) {
				m.Must = append(m.Must, f.Field)
			}
		} else if !slices.ContainsFunc(m.Demands, func(d *fault.Fault) bool { return d.Key == f.Key }) {
			m.Demands = append(m.Demands, f)
		}
	}
}

// Ways are the arrows from one state to another, each pair once, with the
// moves that make it. A move that stays where it is is none.
func (c *Cycle) Ways() []Way {
	var out []Way
	for i := range c.Moves {
		m := &c.Moves[i]
		for _, from := range m.From {
			if m.To == "" || m.To == from {
				continue
			}
			at := slices.IndexFunc(out, func(w Way) bool { return w.From == from && w.To == m.To })
			if at < 0 {
				out = append(out, Way{From: from, To: m.To})
				at = len(out) - 1
			}
			out[at].Moves = append(out[at].Moves, m)
		}
	}
	return out
}

// Way is an arrow of the drawing.
type Way struct {
	From, To string
	Moves    []*Move
}
