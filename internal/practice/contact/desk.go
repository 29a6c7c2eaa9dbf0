package contact

import (
	"context"
	"maps"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Desk is where contacts are logged.
type Desk struct {
	*record.Desk[*Contact]
	Ledger record.Ledger
}

type sitting = record.Sitting[*Contact]

// NewDesk makes a working desk; the inner one needs Store and Now and what
// wiring adds to its Rules.
func NewDesk(inner record.Desk[*Contact], ledger record.Ledger) *Desk {
	d := &Desk{Desk: &inner, Ledger: ledger}
	d.Kind, d.Flow, d.Sheet = record.Contact, Flow, Sheet()
	d.Rules.Apart = []string{"link", "merge"}
	return d
}

// Log records a contact and takes it as far as its fields reach, in one
// sitting: identified when it is known who it was, typed when it is known what
// it was about, answered and closed when there is an answer, linked to (or
// merged into) the record it is about. The fields are those of the whole sheet.
func (d *Desk) Log(ctx context.Context, by people.Actor, in record.Input) (*Contact, error) {
	if in.Fields["type"] == string(FollowUp) && in.Fields["about"] == "" {
		return nil, fault.At("about", "record.required")
	}
	other, err := d.about(ctx, by, in)
	if err != nil {
		return nil, err
	}
	c := new(Contact)
	if by.Staff {
		c.Owner = by.ID // who took the call
	}
	err = d.Sit(ctx, by, func(s *sitting) error {
		if err := s.Open(c, in); err != nil {
			return err
		}
		return d.along(s, c, in, other)
	})
	return c, err
}

func (d *Desk) along(s *sitting, c *Contact, in record.Input, other *record.Row) error {
	step := record.Input{Fields: in.Fields}
	if c.Requester == 0 && c.Caller == "" {
		return nil
	}
	if err := s.Move(c, "identify", step); err != nil {
		return err
	}
	if in.Fields["type"] == "" {
		return nil
	}
	if err := s.Move(c, "type", step); err != nil {
		return err
	}
	switch {
	case other != nil:
		return d.bind(s, c, kindOf(c, other), step, other)
	case in.Fields["answer"] != "" || in.Fields["article"] != "":
		if err := s.Move(c, "answer", step); err != nil || !s.By.Can("contact.close") {
			return err
		}
		return s.Move(c, "close", record.Input{})
	}
	return nil
}

// kindOf says how a contact goes with its record: a follow-up of an open one
// is merged into it, anything else was handled as it.
func kindOf(c *Contact, other *record.Row) string {
	if c.Type == FollowUp && other.Live {
		return "merge"
	}
	return "link"
}

// Move takes a contact along an arrow of its flow; a record that it is about
// must be one the actor sees, and an open one to be merged into.
func (d *Desk) Move(ctx context.Context, by people.Actor, n record.Number, move string, in record.Input) (*Contact, error) {
	if move != "link" && move != "merge" {
		return d.Desk.Move(ctx, by, n, move, in)
	}
	other, err := d.about(ctx, by, in)
	if err != nil {
		return nil, err
	}
	return d.One(ctx, by, n, in, func(s *sitting, c *Contact) error { return d.bind(s, c, move, in, other) })
}

// Become links a contact to the record that it has become; one of which it was
// only known who called was a report of it.
func (d *Desk) Become(ctx context.Context, by people.Actor, n record.Number, into *record.Row) (*Contact, error) {
	return d.One(ctx, by, n, record.Input{}, func(s *sitting, c *Contact) error {
		if c.State == Identified {
			if err := s.Move(c, "type", record.Input{Fields: map[string]string{"type": string(Report)}}); err != nil {
				return err
			}
		}
		return d.bind(s, c, "link", record.Input{Fields: map[string]string{"about": into.Ref()}}, into)
	})
}

func (d *Desk) bind(s *sitting, c *Contact, move string, in record.Input, other *record.Row) error {
	if move == "merge" && other != nil && !other.Live {
		return fault.At("about", "contact.record_ended").With("ref", other.Ref())
	}
	if err := s.Move(c, move, in); err != nil {
		return err
	}
	if other == nil {
		return nil
	}
	s.Relate(c.Common(), &other.Head, "contact")
	if other.Live {
		return nil
	}
	// Its record needs nobody any more, and so nothing would close it later.
	return s.AsKilter(func() error { return s.Move(c, "end", record.Input{}) })
}

// about finds the record that a contact names, nil when it names none.
func (d *Desk) about(ctx context.Context, by people.Actor, in record.Input) (*record.Row, error) {
	ref := in.Fields["about"]
	if ref == "" {
		return nil, nil
	}
	row, err := record.Lookup(ctx, d.Ledger, by.Scope, ref)
	if fault.Is(err, fault.Missing) {
		return nil, fault.At("about", "record.no_such").With("ref", ref)
	}
	return &row, err
}

// End closes the contacts that were handled as a record, or followed up on it,
// now that it has ended. It may be called as often as one likes.
func (d *Desk) End(ctx context.Context, rec int64) error {
	around, err := d.Ledger.Around(ctx, people.Everything(), rec)
	if err != nil {
		return err
	}
	for _, l := range around.Links {
		if l.Type != "contact" || !l.Back || l.Row.Kind != record.Contact || l.Row.State == Closed {
			continue
		}
		if _, err := d.Desk.Move(ctx, people.System(people.ViaJob), l.Row.Number, "end", record.Input{}); err != nil && !fault.Is(err, fault.Conflict) {
			return err
		}
	}
	return nil
}

// Draft is what a contact hands on to the form that registers the record it
// becomes.
func Draft(c *Contact, sheet record.Sheet[*Contact]) map[string]string {
	out := map[string]string{}
	for _, f := range sheet {
		switch f.Name {
		case "title", "description", "requester", "department", "service", "zone", "channel":
			out[f.Name] = f.Get(c)
		}
	}
	maps.DeleteFunc(out, func(_, v string) bool { return v == "" })
	return out
}
