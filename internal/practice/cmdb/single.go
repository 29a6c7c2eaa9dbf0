package cmdb

import (
	"cmp"
	"context"
	"slices"

	"kilter/internal/base/fault"
	"kilter/internal/base/graph"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// SinglePoint is an item whose failure alone brings down what was asked about.
type SinglePoint struct {
	Node
	Depth int // steps from its failure to the item asked about; 0 for a service that several items speak for
}

// Singles finds the single points of failure of an item.
func (a *Analyst) Singles(ctx context.Context, by people.Actor, item record.ItemID) ([]SinglePoint, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	target, err := v.find("item", []record.ItemID{item})
	if err != nil {
		return nil, err
	}
	var list []SinglePoint
	for _, s := range v.Graph.Singles(target[0], graph.Down) {
		if v.sees(s.Node) {
			one := SinglePoint{Node: v.nodes[s.Node]}
			if v.scope.AllZones { // the distance would tell of hidden steps
				one.Depth = s.Depth
			}
			list = append(list, one)
		}
	}
	return list, nil
}

// CityPoint is an item whose failure alone brings down services.
type CityPoint struct {
	Node
	Services []record.ServiceID // the gravest first
	Gravest  Criticality
}

// CitySingles finds the single points of failure of the whole city: every item
// whose failure alone brings a service down, those that cost the gravest and
// the most services first. Retired services do not count.
func (a *Analyst) CitySingles(ctx context.Context, by people.Actor) ([]CityPoint, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	held, err := a.cityNow(v)
	if err != nil {
		return nil, err
	}
	return slices.Clone(held.Points), nil
}

func (v *view) citySingles(all *setting.All) ([]CityPoint, error) {
	var targets []graph.Node
	var serviceOf []record.ServiceID
	critical := map[record.ServiceID]Criticality{}
	for _, thing := range all.Of(setting.Service) {
		doc, err := setting.Read[catalogue.Service](*thing)
		if err != nil {
			return nil, err
		}
		if thing.Retired || !v.clears(doc.Zone) {
			continue
		}
		id := record.ServiceID(thing.ID)
		critical[id] = Criticality(doc.Criticality)
		for _, n := range v.spoken[id] {
			targets, serviceOf = append(targets, n), append(serviceOf, id)
		}
	}
	var list []CityPoint
	for _, toll := range v.Tolls(targets, graph.Down) {
		if !v.sees(toll.Node) {
			continue
		}
		p := CityPoint{Node: v.nodes[toll.Node]}
		state := map[record.ItemID]Condition{p.ID: graph.Down}
		for _, i := range toll.Lost {
			state[v.nodes[targets[i]].ID] = graph.Down
		}
		for _, i := range toll.Lost {
			if id := serviceOf[i]; !slices.Contains(p.Services, id) && v.conditionOf(id, state) == graph.Down {
				p.Services = append(p.Services, id)
				p.Gravest = graver(p.Gravest, critical[id])
			}
		}
		if len(p.Services) == 0 {
			continue
		}
		slices.SortFunc(p.Services, func(a, b record.ServiceID) int {
			return cmp.Or(cmp.Compare(weight(critical[b]), weight(critical[a])), cmp.Compare(a, b))
		})
		list = append(list, p)
	}
	slices.SortStableFunc(list, func(a, b CityPoint) int {
		return cmp.Or(cmp.Compare(weight(b.Gravest), weight(a.Gravest)), cmp.Compare(len(b.Services), len(a.Services)), cmp.Compare(a.Code, b.Code))
	})
	return list, nil
}

// CutSet is a smallest set of items whose joint failure brings an item down:
// any one of each alternative. Items that stand together as alternatives bring
// the same about.
type CutSet struct{ Any [][]Node }

// Cuts finds the minimal cut sets of an item, up to three items that fail
// together. It refuses an item that needs too many.
func (a *Analyst) Cuts(ctx context.Context, by people.Actor, item record.ItemID) ([]CutSet, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	target, err := v.find("item", []record.ItemID{item})
	if err != nil {
		return nil, err
	}
	sets, err := v.Graph.Cuts(target[0], graph.Down, graph.MaxOrder)
	if err != nil {
		return nil, refused(err)
	}
	var list []CutSet
	for _, set := range sets.Sets {
		var one CutSet
		for _, class := range set {
			var choice []Node
			for _, n := range sets.Classes[class] {
				if v.sees(n) {
					choice = append(choice, v.nodes[n])
				}
			}
			one.Any = append(one.Any, choice)
		}
		if !slices.ContainsFunc(one.Any, func(choice []Node) bool { return len(choice) == 0 }) {
			list = append(list, one)
		}
	}
	return list, nil
}

// refused tells people why cut sets were not searched.
func refused(err error) error {
	if large, ok := graph.Refused(err); ok {
		return fault.New(fault.Invalid, "cmdb.cuts_"+large.What).With("count", large.Have).With("max", large.Most)
	}
	return err
}
