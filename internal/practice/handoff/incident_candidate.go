package handoff

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// DraftOf is what a candidate hands on to the form that opens its problem: what
// its incidents have in common, and the words of the newest.
func (k KnownErrors) DraftOf(ctx context.Context, by people.Actor, c *problem.Proposal) (map[string]string, error) {
	out := map[string]string{}
	if len(c.Rows) > 0 {
		newest, err := k.Incidents.Find(ctx, by, c.Rows[0].Number)
		if err != nil {
			return nil, err
		}
		out = Draft(newest)
	}
	if c.Again != nil {
		out["title"] = c.Again.Title
	}
	out["source"] = string(c.Source())
	if c.Rule == problem.Grave {
		out["major"] = "true" // what had a major incident is reviewed as one
	}
	for name, id := range map[string]int64{"service": int64(c.Service), "category": int64(c.Category), "item": int64(c.Item), "zone": int64(c.Zone)} {
		if id == 0 && c.Count > 1 {
			delete(out, name)
		} else if id != 0 {
			out[name] = strconv.FormatInt(id, 10)
		}
	}
	return out, nil
}

// Open opens the problem that a candidate proposes and puts its incidents down
// to it, those of them that are put down to nothing yet; the candidate is done
// with. All of it happens, or nothing.
func (k KnownErrors) Open(ctx context.Context, by people.Actor, id int64, in record.Input) (p *problem.Problem, err error) {
	if err := by.May("incident.relate"); err != nil {
		return nil, err
	}
	c, err := k.Problems.Candidate(ctx, by, id)
	if err != nil {
		return nil, err
	}
	if in.Fields["source"] == "" {
		in.Fields = maps.Clone(in.Fields)
		in.Fields["source"] = string(c.Source())
	}
	err = k.Together(ctx, func(ctx context.Context) error {
		if p, err = k.Problems.Raise(ctx, by, in); err != nil {
			return err
		}
		if c.Again != nil {
			if p, err = k.Problems.Follow(ctx, by, p.Number, &c.Again.Head); err != nil {
				return err
			}
		}
		if err := k.putDown(ctx, by, c.Evidence(), p); err != nil {
			return err
		}
		return k.Problems.Opened(ctx, by, c.Candidate, p)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// putDown puts incidents down to a problem, in one sitting.
func (k KnownErrors) putDown(ctx context.Context, by people.Actor, ns []record.Number, p *problem.Problem) error {
	var free []record.Number
	for _, n := range ns {
		i, err := k.Incidents.Find(ctx, by, n)
		if fault.Is(err, fault.Missing) {
			continue // it went meanwhile
		}
		if err != nil {
			return err
		}
		has, err := k.linked(ctx, i.ID, 0)
		if err != nil {
			return err
		}
		if !has {
			free = append(free, n)
		}
	}
	if len(free) == 0 {
		return nil
	}
	return k.Incidents.Sit(ctx, by, func(s *record.Sitting[*incident.Incident]) error {
		all, err := s.LockAll(free...)
		if err != nil {
			return err
		}
		for _, n := range slices.Sorted(maps.Keys(all)) {
			s.Relate(all[n].Common(), p.Common(), causedBy)
			if err := s.Log(all[n], "relate", record.Entry{Changes: []record.Change{{Field: causedBy, Now: p.Ref()}}}); err != nil {
				return err
			}
		}
		return nil
	})
}
