package handoff

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/change"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// Solves is the link from a change to the record that asked for it.
const Solves = "solves"

// ChangeRequests raises changes that other records ask for.
type ChangeRequests struct {
	Changes  *change.Desk
	Problems *problem.Desk
	Ledger   record.Ledger
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
}

// Raise opens a change that a problem, an incident or a request asks for, links
// the two, and notes it on a problem whose solution is proposed.
func (r ChangeRequests) Raise(ctx context.Context, by people.Actor, from string, in record.Input) (c *change.Change, err error) {
	row, err := r.asks(ctx, by, from)
	if err != nil {
		return nil, err
	}
	in.Fields = maps.Clone(in.Fields)
	for name, id := range map[string]int64{"service": int64(row.Service), "zone": int64(row.Zone)} {
		if in.Fields[name] == "" && id != 0 {
			in.Fields[name] = strconv.FormatInt(id, 10)
		}
	}
	if in.Fields["title"] == "" {
		in.Fields["title"] = row.Title
	}
	err = r.Together(ctx, func(ctx context.Context) error {
		if c, err = r.Changes.Raise(ctx, by, in); err != nil {
			return err
		}
		if c, err = r.link(ctx, by, c.Number, &row.Head); err != nil {
			return err
		}
		return r.note(ctx, by, row, c)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// asks finds the record that asks for a change.
func (r ChangeRequests) asks(ctx context.Context, by people.Actor, from string) (record.Row, error) {
	row, err := record.Lookup(ctx, r.Ledger, by.Scope, from)
	if err != nil {
		return row, fault.At("from", "record.no_such").With("ref", from)
	}
	if !slices.Contains([]record.Kind{record.Problem, record.Incident, record.Request}, row.Kind) {
		return row, fault.At("from", "change.not_from").With("ref", from)
	}
	return row, by.May(string(row.Kind) + ".read")
}

func (r ChangeRequests) link(ctx context.Context, by people.Actor, n record.Number, to *record.Head) (*change.Change, error) {
	return r.Changes.One(ctx, by, n, record.Input{}, func(s *record.Sitting[*change.Change], c *change.Change) error {
		s.Relate(c.Common(), to, Solves)
		return s.Log(c, "relate", record.Entry{Changes: []record.Change{{Field: Solves, Now: to.Ref()}}})
	})
}

// note tells a problem whose solution is proposed that the change is asked for;
// others learn it from the link.
func (r ChangeRequests) note(ctx context.Context, by people.Actor, row record.Row, c *change.Change) error {
	if row.Kind != record.Problem || row.State != problem.Proposed || !by.Can("problem.request_change") {
		return nil
	}
	_, err := r.Problems.Move(ctx, by, row.Number, "request_change", record.Input{Fields: map[string]string{"change": c.Ref()}})
	return err
}

// problemChange: a change that a problem names by its number is linked to it.
func (d Desks) problemChange(ctx context.Context, n record.News) error {
	if d.Changes == nil || n.Entry.Deed != "problem.request_change" {
		return nil
	}
	i := slices.IndexFunc(n.Entry.Changes, func(c record.Change) bool { return c.Field == "change" && c.Now != "" })
	if i < 0 {
		return nil
	}
	kind, number, err := record.ParseRef(n.Entry.Changes[i].Now)
	if err != nil || kind != record.Changes {
		return nil // the number of another tool
	}
	one, err := d.Changes.Find(ctx, people.System(people.ViaJob), number)
	if err != nil {
		return err
	}
	if linked, err := d.solved(ctx, one.ID); err != nil || slices.Contains(linked, n.Head.Number) {
		return err
	}
	_, err = ChangeRequests{Changes: d.Changes}.link(ctx, people.System(people.ViaJob), number, &n.Head)
	return err
}

// solved are the problems that a change is to solve.
func (d Desks) solved(ctx context.Context, rec int64) ([]record.Number, error) {
	around, err := d.Changes.Ledger.Around(ctx, people.Everything(), rec)
	var out []record.Number
	for _, l := range around.Links {
		if l.Type == Solves && !l.Back && l.Row.Kind == record.Problem {
			out = append(out, l.Row.Number)
		}
	}
	return out, err
}

// changeProblem: a problem hears what came of the change it waits for.
func (d Desks) changeProblem(ctx context.Context, n record.News) error {
	if d.Changes == nil || d.Problems == nil || n.Head.Kind != record.Changes || n.Entry.To == n.Entry.From {
		return nil
	}
	if !slices.Contains([]string{string(change.Closed), string(change.Rejected), string(change.Cancelled)}, string(n.Entry.To)) {
		return nil
	}
	by := people.System(people.ViaJob)
	c, err := d.Changes.Find(ctx, by, n.Head.Number)
	if err != nil {
		return err
	}
	linked, err := d.solved(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, number := range linked {
		if err := d.conclude(ctx, by, number, c); err != nil && !settled(err) {
			return err
		}
	}
	return nil
}

// conclude tells one problem, which waits for this very change.
func (d Desks) conclude(ctx context.Context, by people.Actor, number record.Number, c *change.Change) error {
	_, err := d.Problems.One(ctx, by, number, record.Input{}, func(s *record.Sitting[*problem.Problem], p *problem.Problem) error {
		if p.State != problem.ChangeRequested || p.Change != c.Ref() {
			return nil
		}
		if done(c) {
			return s.Move(p, "change_done", record.Input{Text: c.Ref()})
		}
		return s.Move(p, "change_failed", record.Input{Text: c.Ref() + " " + why(c)})
	})
	return err
}

// done reports whether what was to be changed is changed.
func done(c *change.Change) bool {
	return c.State == change.Closed && slices.Contains([]change.Result{change.Success, change.Incidents, change.Overran}, c.Result)
}

// why is what was said about a change that came to nothing.
func why(c *change.Change) string {
	for _, text := range []string{c.WhyRejected, c.WhyDropped, c.WhyBackedOut, c.WhyFailed} {
		if text != "" {
			return text
		}
	}
	return c.Review
}
