package operation

import (
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/setting"
)

// Item is a configuration item that a plan is about, as far as its reader sees it.
type Item struct {
	ID   int64
	Code string
	Name people.Text
}

// SeesItems is the grant by which somebody is shown items.
const SeesItems = "item.read"

// Vet refuses a plan that names an item which is not there, or stands in a zone
// for which its writer is not cleared. The grant to read items is not asked for:
// who arranges the settings may lack it, and is shown none by this. What the
// plan named before may stay.
func (m *Room) Vet(ctx context.Context, by people.Actor, t, was *setting.Thing) error {
	if t.Kind != setting.Operation || m.Find == nil {
		return nil
	}
	p, err := setting.Read[Plan](*t)
	if err != nil {
		return err
	}
	codes := p.Codes()
	if was != nil && was.ID != 0 {
		before, err := setting.Read[Plan](*was)
		if err != nil {
			return err
		}
		codes = slices.DeleteFunc(codes, func(code string) bool { return slices.Contains(before.Codes(), code) })
	}
	if len(codes) == 0 {
		return nil
	}
	found, err := m.Find(ctx, by, codes...)
	if err != nil {
		return err
	}
	var many fault.Many
	for _, code := range codes {
		if !slices.ContainsFunc(found, func(i Item) bool { return i.Code == code }) {
			many = append(many, fault.At("items", "operation.no_such_item").With("code", code))
		}
	}
	return many.Err()
}

// About lists the items that a run is about, as far as its reader sees them.
func (m *Room) About(ctx context.Context, by people.Actor, r *Run) ([]Item, error) {
	t := m.Settings().Find(setting.Operation, r.Plan)
	if t == nil || m.Find == nil || !by.Can(SeesItems) {
		return nil, nil
	}
	p, err := setting.Read[Plan](*t)
	if err != nil || len(p.Codes()) == 0 {
		return nil, err
	}
	return m.Find(ctx, by, p.Codes()...)
}

// Of lists the plans in use about an item that somebody may know of.
func (m *Room) Of(by people.Actor, code string) ([]*setting.Thing, error) {
	all, err := m.Plans(by)
	if err != nil {
		return nil, err
	}
	var out []*setting.Thing
	for _, t := range all {
		p, err := setting.Read[Plan](*t)
		if err != nil {
			return nil, err
		}
		if slices.Contains(p.Codes(), code) {
			out = append(out, t)
		}
	}
	return out, nil
}

// Cleared reports whether somebody may know of a plan: it stands in no network,
// and is about no service, that he is not cleared for. The items that it names
// are told apart, see Told.
func Cleared(all *setting.All, scope people.Scope, t *setting.Thing) bool {
	if t.Kind != setting.Operation || scope.AllZones {
		return true
	}
	p, err := setting.Read[Plan](*t)
	if err != nil || !scope.Clears(p.Network) {
		return false
	}
	return !slices.ContainsFunc(p.Services, func(id int64) bool {
		s := all.Find(setting.Service, id)
		return s == nil || !catalogue.Cleared(scope, s)
	})
}

// Told are the codes of a plan's items that somebody may be told, as seen finds
// them of all that it names.
func Told(by people.Actor, t *setting.Thing, seen func(codes ...string) ([]string, error)) ([]string, error) {
	p, err := setting.Read[Plan](*t)
	if err != nil || seen == nil || !by.Can(SeesItems) || len(p.Codes()) == 0 {
		return nil, err
	}
	return seen(p.Codes()...)
}
