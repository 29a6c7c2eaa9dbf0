package record

import (
	"context"
	"slices"
	"strings"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
)

// Bond is a link that somebody makes by hand between two records of any kind,
// or takes away.
type Bond struct {
	Kind string // one of the desk's Relations
	To   string // the number of the other record, as people write it
	Off  bool
}

// relations are the kinds of links that people make by hand; what other links
// there are come about by deeds of their own.
func (d *Desk[R]) relations() []string {
	if len(d.Rules.Relations) == 0 {
		return []string{"relates"}
	}
	return d.Rules.Relations
}

// Bind makes a bond from a record to another one that the actor sees, or takes
// it away. Nothing is bound to itself.
func (d *Desk[R]) Bind(ctx context.Context, by people.Actor, l Ledger, n Number, b Bond) (R, error) {
	other, lost := Lookup(ctx, l, by.Scope, b.To)
	return d.One(ctx, by, n, Input{}, func(s *Sitting[R], r R) error {
		if _, err := s.may("relate"); err != nil {
			return err
		}
		c := Change{Field: b.Kind, Now: other.Ref()}
		switch {
		case !slices.Contains(d.relations(), b.Kind):
			return fault.At("relation", "record.not_a_choice").With("choices", strings.Join(d.relations(), ", "))
		case lost != nil:
			return lost
		case r.Common().ID == other.ID:
			return fault.At("to", "record.itself")
		case b.Off:
			c.Was, c.Now = c.Now, ""
			s.Part(r.Common(), &other.Head, b.Kind)
		default:
			s.Relate(r.Common(), &other.Head, b.Kind)
		}
		return s.Log(r, "relate", Entry{Changes: []Change{c}})
	})
}
