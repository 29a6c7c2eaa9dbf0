package review

import (
	"context"
	"slices"
	"strings"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/audit"
	"kilter/internal/practice/people"
)

// List is which of the duties of a review.
type List string

// The lists.
const (
	Conditions List = "conditions"
	Actions    List = "actions"
)

// of is a list of a review, nil for none.
func (r *Review) of(l List) *[]Duty {
	switch l {
	case Conditions:
		return &r.Conditions
	case Actions:
		return &r.Actions
	}
	return nil
}

// Add gives somebody something to do by a day. A condition belongs to the
// decision, and is made before it; an action may come of a review later, too.
func (m *Room) Add(ctx context.Context, by people.Actor, id, version int64, l List, d Duty) (*Review, error) {
	if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedHold, object(id)); err != nil {
		return nil, err
	}
	r, err := m.find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	all := r.of(l)
	switch {
	case all == nil:
		return nil, fault.New(fault.Missing, "trouble.missing")
	case r.Shut(), l == Conditions && r.State != Called:
		return nil, fault.New(fault.Conflict, "review.over")
	case version != 0 && version != r.Version:
		return nil, fault.New(fault.Stale, "record.changed_meanwhile")
	case len(*all) >= mostDuties:
		return nil, fault.New(fault.TooMuch, "cab.too_long").With("max", mostDuties)
	}
	d = Duty{Text: strings.TrimSpace(d.Text), Owner: d.Owner, Due: d.Due, Link: strings.TrimSpace(d.Link)}
	var many fault.Many
	if d.Link, err = m.tie(ctx, by, "", d.Link); many.Add(untied("link", err)) != nil {
		return nil, err
	}
	if d.Text == "" {
		many = append(many, fault.At("text", "record.required"))
	}
	_ = many.Add(long("text", d.Text, mostText)) // a fault adds without error
	if d.Owner == 0 {
		many = append(many, fault.At("owner", "record.required"))
	} else if !m.Works(d.Owner) {
		many = append(many, fault.At("owner", "review.not_staff"))
	}
	if d.Due.IsZero() {
		many = append(many, fault.At("due", "record.required"))
	}
	if err := many.Err(); err != nil {
		return nil, err
	}
	*all = append(*all, d)
	if err := m.keep(ctx, by, r, "add to "+string(l)); err != nil {
		return nil, err
	}
	return m.told(ctx, by, r)
}

// Shows is what shows that something is done: words, or a link to a record, a
// report or a file.
type Shows struct {
	Evidence, Link string
}

// Done says that a condition is met or an action done, and where it is shown. Who
// has it to do may say so of an action; of a condition whoever holds reviews does.
func (m *Room) Done(ctx context.Context, by people.Actor, id int64, l List, n int, shows Shows) (*Review, error) {
	r, err := m.find(ctx, by, id)
	if err != nil {
		return nil, err
	}
	all := r.of(l)
	if all == nil || n < 0 || n >= len(*all) {
		return nil, fault.New(fault.Missing, "trouble.missing")
	}
	d := &(*all)[n]
	if l == Conditions || d.Owner != by.ID {
		if err := audit.Ask(ctx, m.Pen, by, m.now(), DeedHold, object(id)); err != nil {
			return nil, err
		}
	}
	if l == Conditions {
		if err := m.Apart(ctx, by, r); err != nil {
			return nil, err
		}
	}
	if r.State == CalledOff || !d.Done.IsZero() {
		return nil, fault.New(fault.Conflict, "review.over")
	}
	evidence, link := strings.TrimSpace(shows.Evidence), strings.TrimSpace(shows.Link)
	if evidence == "" && link == "" {
		return nil, fault.At("evidence", "record.required")
	}
	if err := long("evidence", evidence, mostEvidence); err != nil {
		return nil, err
	}
	if link, err = m.tie(ctx, by, "", link); err != nil {
		return nil, untied("shown_by", err)
	}
	d.Done, d.By, d.Evidence, d.Proof = m.now(), by.ID, evidence, link
	if err := m.keep(ctx, by, r, "done of "+string(l)); err != nil {
		return nil, err
	}
	return m.told(ctx, by, r)
}

// Placed is a duty with its place.
type Placed struct {
	Review *Review
	List   List
	N      int
	Duty
}

// Undone lists the duties of reviews that are not done, late or not.
func Undone(all []Review) (out []Placed) {
	for i := range all {
		r := &all[i]
		if r.State == CalledOff {
			continue
		}
		for _, l := range []List{Conditions, Actions} {
			for n, d := range *r.of(l) {
				if d.Done.IsZero() {
					out = append(out, Placed{r, l, n, d})
				}
			}
		}
	}
	return out
}

// AsOf is what reviews had given people to do on a day that is over: those that were
// called by then, with what was done since not yet done.
func AsOf(all []Review, day time.Time) (out []Review) {
	open := func(duties []Duty) []Duty {
		duties = slices.Clone(duties)
		for i := range duties {
			if duties[i].Done.After(day) {
				duties[i].Done = time.Time{}
			}
		}
		return duties
	}
	for i := range all {
		if r := all[i]; !r.Made.After(day) {
			r.Conditions, r.Actions = open(r.Conditions), open(r.Actions)
			out = append(out, r)
		}
	}
	return out
}

// Overdue reports whether a duty's day has passed, on a day.
func (d Duty) Overdue(today time.Time) bool { return d.Done.IsZero() && d.Due.Before(today) }
