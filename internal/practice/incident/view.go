package incident

import (
	"context"
	"time"

	"kilter/internal/practice/flow"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/sla"
)

// View is all that a page or the API shows of one incident, as its reader may
// see it.
type View struct {
	*Incident
	Entries []record.Entry // its own and those of what was merged into it
	Merged  []record.Row
	Clocks  []sla.Clock // staff only
	Around  record.Around
	Files   []record.Attachment
	Tasks   []*record.Task         // staff only
	Spent   map[people.ID]int      // minutes, staff only
	Moves   []flow.Move[*Incident] // what the reader may do next
	CloseBy time.Time              // when silence closes it; zero unless resolved
	Forced  string                 // key of the rule that lifted the priority, "" when none
}

// Read gives the whole of an incident. A requester gets what is public: no
// notes, no clocks, no watchers, none of the fields that are for staff only.
func (d *Desk) Read(ctx context.Context, by people.Actor, n record.Number) (*View, error) {
	i, err := d.Find(ctx, by, n)
	if err != nil {
		return nil, err
	}
	v := &View{Incident: i, Moves: d.Next(by, i)}
	if v.Entries, v.Merged, err = d.Joined(ctx, by, i); err != nil {
		return nil, err
	}
	if v.Around, err = d.Ledger.Around(ctx, by.Scope, i.ID); err != nil {
		return nil, err
	}
	ids := []int64{i.ID}
	for _, m := range v.Merged {
		ids = append(ids, m.ID)
	}
	if d.Files != nil {
		if v.Files, err = d.Files.Attachments(ctx, !by.Staff, ids...); err != nil {
			return nil, err
		}
	}
	if i.State == Resolved {
		v.CloseBy = d.DueToClose(i.Resolved)
	}
	if !by.Staff {
		v.Around.Watchers = nil
		for n := range v.Around.Links {
			v.Around.Links[n].Row = v.Around.Links[n].Row.ForGuests()
		}
		return v, nil
	}
	v.Spent, v.Forced = record.Spent(v.Entries), d.City.Policy().Forced(i)
	clocks, err := d.Ledger.Clocks(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	v.Clocks = clocks[i.ID]
	v.Tasks, err = d.Ledger.Tasks(ctx, i.ID)
	return v, err
}

// Next lists the moves that a person may make now: the buttons of the page.
func (d *Desk) Next(by people.Actor, i *Incident) []flow.Move[*Incident] {
	var out []flow.Move[*Incident]
	for _, m := range d.Flow.From(i.State) {
		if by.Can("incident."+m.Name) && offered(i, m.Name) {
			out = append(out, m)
		}
	}
	return out
}

// offered leaves out moves whose needs cannot hold whatever is filled in.
func offered(i *Incident, move string) bool {
	switch move {
	case "declare":
		return !i.Major
	case "stand_down", "man":
		return i.Major
	case "report":
		return !i.ReportDue.IsZero()
	case "raise":
		return ToDirector.Above(i.Escalation)
	}
	return true
}
