package handoff

import (
	"context"
	"maps"
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
)

// RiskEntries enters risks of the register that a change brings with it.
type RiskEntries struct {
	Risks  *risk.Desk
	Ledger record.Ledger
	// Together makes one transaction of the changes under the context it hands
	// on.
	Together func(context.Context, func(context.Context) error) error
}

// Identify enters a risk of a change and links the two. Its network and, where
// none is named, its service are those of the change.
func (e RiskEntries) Identify(ctx context.Context, by people.Actor, from string, in record.Input) (r *risk.Risk, err error) {
	if err := by.May("change.read"); err != nil {
		return nil, err
	}
	row, err := record.Lookup(ctx, e.Ledger, by.Scope, from)
	switch {
	case len(fault.All(err)) > 0:
		return nil, fault.At("from", "record.no_such").With("ref", from)
	case err != nil:
		return nil, err
	case row.Kind != record.Changes:
		return nil, fault.At("from", "risk.not_from").With("ref", from)
	}
	in.Fields = maps.Clone(in.Fields)
	for name, id := range map[string]int64{"service": int64(row.Service), "zone": int64(row.Zone)} {
		if in.Fields[name] == "" && id != 0 {
			in.Fields[name] = strconv.FormatInt(id, 10)
		}
	}
	err = e.Together(ctx, func(ctx context.Context) error {
		if r, err = e.Risks.Identify(ctx, by, in); err != nil {
			return err
		}
		r, err = e.Risks.One(ctx, by, r.Number, record.Input{}, func(s *record.Sitting[*risk.Risk], r *risk.Risk) error {
			s.Relate(r.Common(), &row.Head, "relates")
			return s.Log(r, "relate", record.Entry{Changes: []record.Change{{Field: "relates", Now: row.Ref()}}})
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, nil
}
