package handbook

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// What a fact of a snapshot is about.
const (
	FactState   = "state"   // a state, with its pace
	FactWay     = "way"     // a move, from where to where
	FactMust    = "must"    // its compulsory fields
	FactDemand  = "demand"  // its other conditions, by their keys
	FactText    = "text"    // whether it wants a text
	FactWho     = "who"     // which roles may make it
	FactSetting = "setting" // a field of a setting
)

// Fact is one thing that held at a time.
type Fact struct {
	What  string `json:"what"`
	Of    string `json:"of"`              // the life cycle, or the kind and code of a setting
	Name  string `json:"name,omitempty"`  // the state, the move, the field
	Value string `json:"value,omitempty"` // in the form that is compared; lists joined by commas
}

// Snapshot is what ran when a chapter was approved.
type Snapshot struct {
	At    time.Time `json:"at"`
	Facts []Fact    `json:"facts"`
}

// finalPace stands for the pace of a final state.
const finalPace = "final"

// Shoot takes down what runs now for a chapter.
func (m *Room) Shoot(c *Chapter) *Snapshot {
	s := &Snapshot{At: m.now()}
	holders := []Holder{}
	if m.Book.Holders != nil {
		holders = m.Book.Holders()
	}
	for i := range c.Cycles {
		if c.Cycles[i].Words != "" {
			s.Facts = append(s.Facts, c.Cycles[i].facts(holders)...)
		}
	}
	if m.Settings != nil {
		s.Facts = append(s.Facts, m.Settings(c.Code)...)
	}
	return s
}

// facts are those of a life cycle.
func (c *Cycle) facts(holders []Holder) []Fact {
	var out []Fact
	add := func(what, name, value string) { out = append(out, Fact{what, c.Name, name, value}) }
	for _, st := range c.States {
		pace := string(st.Pace)
		if st.Final {
			pace = finalPace
		}
		add(FactState, st.Code, pace)
	}
	for i := range c.Moves {
		mv := &c.Moves[i]
		add(FactWay, mv.Name, sorted(mv.From)+">"+mv.To)
		add(FactMust, mv.Name, sorted(mv.Must))
		var demands []string
		for _, d := range mv.Demands {
			demands = append(demands, d.Key)
		}
		add(FactDemand, mv.Name, sorted(demands))
		if mv.Says {
			add(FactText, mv.Name, "true")
		}
		if mv.Deed == "" {
			continue
		}
		var roles []string
		for _, h := range holders {
			if h.Grants.Has(mv.Deed) {
				roles = append(roles, h.Code)
			}
		}
		add(FactWho, mv.Name, sorted(roles))
	}
	return out
}

func sorted(all []string) string { return strings.Join(slices.Sorted(slices.Values(all)), ",") }

// Difference is something that is not any more as it was approved.
type Difference struct {
	Fact        // its value is that of now
	Was  string // when it was approved
	Gone bool   // there is none any more
	New  bool   // there was none
	// Hidden says that a reader may know that it differs, and not what it was and is.
	Hidden bool
}

// place is what two facts have to agree in to be about the same.
func (f Fact) place() Fact { f.Value = ""; return f }

// Since lists what differs now from a snapshot, by its kind. Of a setting that
// came or went it says no more.
func (s *Snapshot) Since(now []Fact) []Difference {
	was, is := map[Fact]string{}, map[Fact]bool{}
	for _, f := range s.Facts {
		was[f.place()] = f.Value
	}
	for _, f := range now {
		is[f.place()] = true
	}
	inside := func(f Fact, known func(Fact) bool) bool {
		return f.What == FactSetting && f.Name != "" && !known(Fact{What: FactSetting, Of: f.Of})
	}
	var out []Difference
	for _, f := range now {
		before, ok := was[f.place()]
		differs := !ok && f.Value != "" || ok && before != f.Value
		if differs && !inside(f, func(t Fact) bool { _, held := was[t]; return held }) {
			out = append(out, Difference{Fact: f, Was: before, New: !ok})
		}
	}
	for _, f := range s.Facts {
		if !is[f.place()] && f.Value != "" && !inside(f, func(t Fact) bool { return is[t] }) {
			out = append(out, Difference{Fact: f.place(), Was: f.Value, Gone: true})
		}
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return cmp.Compare(slices.Index(factOrder, a.What), slices.Index(factOrder, b.What))
	})
	return out
}

// factOrder is that in which they are told.
var factOrder = []string{FactState, FactWay, FactMust, FactDemand, FactText, FactWho, FactSetting}
