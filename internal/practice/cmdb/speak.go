package cmdb

import (
	"context"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// Speaking lists the items that stand for a service, as far as the person may
// see them; none: nobody recorded what it stands on.
func (a *Analyst) Speaking(ctx context.Context, by people.Actor, service record.ServiceID) ([]Node, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	return v.speaking(service), nil
}

func (v *view) speaking(service record.ServiceID) []Node {
	var out []Node
	for _, n := range v.spoken[service] {
		if v.sees(n) {
			out = append(out, v.nodes[n])
		}
	}
	return out
}

// Concerns lists what a record is about: its item, or where it names none that
// counts and that the person may see, the items that stand for its service.
func (a *Analyst) Concerns(ctx context.Context, by people.Actor, item record.ItemID, service record.ServiceID) ([]Node, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	if n, ok := v.at(item); ok && item != 0 && v.draws(n) {
		return []Node{v.nodes[n]}, nil
	}
	return v.speaking(service), nil
}

// Standing is what a service stands on.
type Standing struct {
	Speaks  []Node
	Needs   int           // items that it needs, directly or through others
	Singles []SinglePoint // whose failure alone brings it down, those that speak for it left out
}

// Standing says what a service stands on.
func (a *Analyst) Standing(ctx context.Context, by people.Actor, service record.ServiceID) (*Standing, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	out := &Standing{Speaks: v.speaking(service)}
	own, seen := map[record.ItemID]bool{}, map[record.ItemID]bool{}
	for _, n := range out.Speaks {
		own[n.ID] = true
	}
	for _, n := range out.Speaks {
		needs, err := a.Needs(ctx, by, n.ID)
		if err != nil {
			return nil, err
		}
		for _, one := range needs {
			if !own[one.ID] && !seen[one.ID] {
				seen[one.ID] = true
				out.Needs++
			}
		}
	}
	if len(out.Speaks) != 1 { // one of several is no single point of the service
		return out, nil
	}
	singles, err := a.Singles(ctx, by, out.Speaks[0].ID)
	for _, s := range singles {
		if !own[s.ID] {
			out.Singles = append(out.Singles, s)
		}
	}
	return out, err
}

// ids are the items' numbers.
func ids(nodes []Node) []record.ItemID {
	out := make([]record.ItemID, len(nodes))
	for i, n := range nodes {
		out[i] = n.ID
	}
	return out
}

// ImpactOf says what follows when what a record is about fails: its item, or
// the items that stand for its service.
func (a *Analyst) ImpactOf(ctx context.Context, by people.Actor, item record.ItemID, service record.ServiceID) (*Impact, []Node, error) {
	about, err := a.Concerns(ctx, by, item, service)
	if err != nil {
		return nil, nil, err
	}
	if len(about) == 0 {
		return nil, nil, fault.At("item", "impact.no_item")
	}
	found, err := a.Impact(ctx, by, Question{Items: ids(about)})
	return found, about, err
}
