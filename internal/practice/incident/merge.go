package incident

import (
	"context"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// duplicate links a cancelled incident to the one it repeats.
func (d *Desk) duplicate(s *sitting, i *Incident) error {
	if i.EndedAs != Duplicate {
		return nil
	}
	original, err := d.other(s, i, "duplicate_of", i.DuplicateOf)
	if err != nil {
		return err
	}
	s.Relate(i.Common(), original.Common(), "duplicate")
	return nil
}

// unlink parts an incident from those that it no longer repeats after an undo.
func (d *Desk) unlink(s *sitting, i *Incident) {
	if i.DuplicateOf == 0 {
		s.Part(i.Common(), nil, "duplicate")
	}
	if i.MergedInto == 0 {
		s.Part(i.Common(), nil, "merged")
	}
}

// other locks the incident that a field names: it must exist within the
// actor's scope and be another one.
func (d *Desk) other(s *sitting, i *Incident, field string, n record.Number) (*Incident, error) {
	if n == i.Number {
		return nil, fault.At(field, "record.itself")
	}
	o, err := s.Lock(n)
	if fault.Is(err, fault.Missing) {
		return nil, fault.At(field, "record.no_such").With("ref", record.Ref(record.Incident, n))
	}
	return o, err
}

// join is the other half of the move "merge": whoever followed the incident
// follows the one it is now part of, and both say so. Nothing is copied; the
// timelines are joined when they are read, so that the merge can be taken back.
func (d *Desk) join(s *sitting, i *Incident) error {
	into, err := d.other(s, i, "merged_into", i.MergedInto)
	if err != nil {
		return err
	}
	if !d.Flow.Live(into.State) {
		return fault.At("merged_into", "incident.merge_into_ended").With("ref", into.Ref())
	}
	theirs, err := s.Followers(i)
	if err != nil {
		return err
	}
	held, err := s.Followers(into)
	if err != nil {
		return err
	}
	theirs = slices.DeleteFunc(theirs, func(p people.ID) bool { return slices.Contains(held, p) || p == into.Requester })
	s.Relate(i.Common(), into.Common(), "merged")
	return s.Log(into, "merge", record.Entry{Reason: i.Ref(), Changes: record.Followers(theirs...)})
}

// Unmerge takes a merge back, as long as the policy allows: the incident
// returns to the state it had, and those who came to follow the other one
// through it leave.
func (d *Desk) Unmerge(ctx context.Context, by people.Actor, n record.Number, in record.Input) (*Incident, error) {
	return d.One(ctx, by, n, in, func(s *sitting, i *Incident) error {
		if i.MergedInto == 0 {
			return fault.New(fault.Conflict, "incident.not_merged")
		}
		past, err := s.Past(i)
		if err != nil {
			return err
		}
		e, ok := last(past, "incident.merge", "")
		if !ok {
			return fault.New(fault.Conflict, "incident.not_merged")
		}
		if days := d.City.Policy().Unmerge; s.Now.After(e.At.AddDate(0, 0, days)) {
			return fault.New(fault.Conflict, "incident.unmerge_late").With("days", days)
		}
		into, err := d.other(s, i, "merged_into", i.MergedInto)
		if err != nil {
			return err
		}
		theirs, err := s.Past(into)
		if err != nil {
			return err
		}
		s.Part(i.Common(), into.Common(), "merged")
		back := []record.Change{{Field: "merged_into"}, {Field: "ended_as"}, {Field: "closed"}, {Field: "duplicate_of"}}
		for n, c := range back {
			back[n].Now = before(e, c.Field)
		}
		if err := s.Restore(i, "unmerge", e.From, back, record.Entry{Reason: into.Ref(), Text: in.Text, Public: true}); err != nil {
			return err
		}
		m, _ := last(theirs, "incident.merge", i.Ref())
		return s.Log(into, "unmerge", record.Entry{Reason: i.Ref(), Changes: record.Leavers(m.Changes)})
	})
}

// last finds the newest entry of a deed, with that reason unless it is "".
func last(past []record.Entry, deed, reason string) (record.Entry, bool) {
	for _, e := range slices.Backward(past) {
		if e.Deed == deed && (reason == "" && e.To != "" || reason != "" && e.Reason == reason) {
			return e, true
		}
	}
	return record.Entry{}, false
}

// before is the value that a field had before an entry.
func before(e record.Entry, field string) string {
	for _, c := range e.Changes {
		if c.Field == field {
			return c.Was
		}
	}
	return ""
}

// Follow gives the number under which an incident is worked now: its own, or
// that of the one it was merged into, however often that happened. Old numbers
// lead there for ever.
func (d *Desk) Follow(ctx context.Context, by people.Actor, n record.Number) (record.Number, error) {
	for range 20 {
		i, err := d.Find(ctx, by, n)
		if err != nil {
			return 0, err
		}
		if i.MergedInto == 0 {
			return n, nil
		}
		n = i.MergedInto
	}
	return n, nil
}

// Joined reads the timeline of an incident together with those of the ones
// that were merged into it and that the reader may see, in order of time. Each
// entry's Record says where it stands.
func (d *Desk) Joined(ctx context.Context, by people.Actor, i *Incident) ([]record.Entry, []record.Row, error) {
	rows, err := d.Shelf.Merged(ctx, by.Scope, i.Number)
	if err != nil {
		return nil, nil, err
	}
	out, err := d.Ledger.Timeline(ctx, i.ID, !by.Staff)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		more, err := d.Ledger.Timeline(ctx, r.ID, !by.Staff)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, more...)
	}
	if len(rows) > 0 {
		slices.SortStableFunc(out, func(a, b record.Entry) int {
			if c := a.At.Compare(b.At); c != 0 {
				return c
			}
			return int(a.ID - b.ID)
		})
	}
	if !by.Staff {
		out = d.ForGuests(out)
	}
	return out, rows, nil
}

// PreviewMerge shows the timeline that merging would give, or says why it
// cannot be done, and does nothing.
func (d *Desk) PreviewMerge(ctx context.Context, by people.Actor, n, into record.Number) ([]record.Entry, error) {
	out, err := d.Preview(ctx, by, record.Act{Move: "merge", Input: record.Input{Fields: map[string]string{"merged_into": record.Ref(record.Incident, into)}}}, []record.Number{n})
	if err != nil {
		return nil, err
	}
	if out[0].Refused != nil {
		return nil, out[0].Refused
	}
	var all []record.Entry
	for _, n := range []record.Number{n, into} {
		i, err := d.Find(ctx, by, n)
		if err != nil {
			return nil, err
		}
		entries, _, err := d.Joined(ctx, by, i)
		if err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	slices.SortStableFunc(all, func(a, b record.Entry) int { return a.At.Compare(b.At) })
	return all, nil
}

func id[N ~int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}
