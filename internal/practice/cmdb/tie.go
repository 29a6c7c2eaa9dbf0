package cmdb

import (
	"context"
	"errors"
	"io"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/record"
)

// ties decides what comes of each relation reported.
func (d *draft) ties(ctx context.Context) error {
	type key struct {
		source, target record.ItemID
		kind           string
	}
	held := map[key]Link{}
	if err := d.Graph.Links(ctx, func(l Link) error {
		held[key{l.Source, l.Target, l.Type}] = l
		return nil
	}); err != nil {
		return err
	}
	known := d.known.ids()
	find := func(s string) (record.ItemID, bool) {
		if id, ok := d.refs[s]; ok {
			return id, true
		}
		return known(s)
	}
	for {
		t, err := d.rep.NextTie()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && fault.All(err) == nil {
			return err
		}
		out := PlanTie{Line: t.Line, Type: t.Type, Group: t.Group, Need: t.Need, Share: t.Share, Gate: t.Gate, Note: t.Note, Outcome: Add}
		if err == nil {
			err = d.tie(t, find, &out)
		}
		if out.Faults, err = faultsOf(err); err != nil {
			return err
		}
		k := key{out.Source, out.Target, out.Type}
		switch l, ok := held[k]; {
		case len(out.Faults) > 0:
			out.Outcome = Faulty
		case ok:
			out.Outcome, out.ID = Same, l.ID
		default:
			held[k] = Link{}
		}
		d.plan.Counts[out.Outcome]++
		d.plan.Ties = append(d.plan.Ties, out)
		if n := len(d.plan.Ties); d.rep.Progress != nil && n%5000 == 0 {
			d.rep.Progress(n)
		}
	}
}

func (d *draft) tie(t Tie, find func(string) (record.ItemID, bool), out *PlanTie) error {
	var many fault.Many
	for _, end := range []struct {
		field, name string
		id          *record.ItemID
	}{{"source", t.Source, &out.Source}, {"target", t.Target, &out.Target}} {
		id, ok := find(end.name)
		if !ok || id == 0 {
			many = append(many, fault.At(end.field, "setting.no_such").With("kind", "item").With("id", end.name))
		}
		*end.id = id
	}
	kind := d.model.Type(t.Type)
	if kind == nil || kind.Retired {
		many = append(many, fault.At("type", "cmdb.no_such_type").With("type", t.Type))
	}
	if out.Source == out.Target && out.Source != 0 {
		many = append(many, fault.At("target", "cmdb.relates_to_itself"))
	}
	if a, b := d.known.byID[out.Source], d.known.byID[out.Target]; kind != nil && a != nil && b != nil {
		if err := many.Add(kind.Fits(d.model, a.Class, b.Class)); err != nil {
			return err
		}
	}
	if !slices.Contains(Gates, string(t.Gate)) {
		many = append(many, fault.At("gate", "cmdb.bad_gate"))
	}
	return many.Err()
}
