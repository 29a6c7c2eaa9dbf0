package record

import (
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/sla"
)

// Entry is one line of a timeline: what was done, said or changed, by whom and
// when. Timelines only grow. They are the event log from which clocks, reports
// and process mining are derived.
type Entry struct {
	ID        int64
	Record    int64
	At        time.Time
	By        people.ID
	Name      string     // of By, filled in on reading
	Deed      string     // "incident.resolve"
	From, To  flow.State // "" when the state stayed
	Reason    string     // why a record waits, was cancelled or handed on
	Text      string     // markdown
	Public    bool       // the requester may read it, and was told
	Changes   []Change
	Irregular bool  // kept from another tool although the flow forbids the move
	Batch     int64 // the bulk action or import it belongs to, for undo
}

// Change is a field that got another value, in the written form of its sheet.
type Change struct {
	Field string `json:"field"`
	Was   string `json:"was"`
	Now   string `json:"now"`
}

// Facts turns a timeline into what the clocks need to know. The requester is
// told something when somebody else writes for him to read; what a rule writes
// is nobody's answer.
func Facts[R Body](f flow.Flow[R], requester people.ID, entries []Entry) []sla.Fact {
	out := make([]sla.Fact, 0, len(entries))
	for _, e := range entries {
		fact := sla.Fact{At: e.At, Told: e.Public && (e.By != requester || requester == 0) && !e.ruled()}
		if e.To != "" {
			fact.Pace, fact.Reason = f.Place(e.To).Pace, e.Reason
		}
		if fact.Pace != "" || fact.Told {
			out = append(out, fact)
		}
	}
	return out
}

// ruled reports whether a rule wrote the entry, and nobody had a hand in it.
func (e Entry) ruled() bool {
	if e.By != 0 {
		return false
	}
	_, ok := e.Author()
	return ok
}
