package cmdb

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"kilter/internal/base/graph"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// CityMap is the map of all services: what each stands on, and what they share.
type CityMap struct {
	Services []CityService // the gravest first
	Shared   []SharedItem  // what carries the most services first
}

// CityService is a service of the catalogue.
type CityService struct {
	Service     record.ServiceID
	Zone        people.ZoneID
	Criticality Criticality
	Speaks      []record.ItemID // the items that stand for it; none: nobody recorded what it stands on
	Needs       int             // items that it needs, directly or through others
	Singles     int             // of those, the ones whose failure alone brings it down
}

// SharedItem is an item that several services need.
type SharedItem struct {
	Node
	Services []record.ServiceID // the gravest first
	Breaks   []record.ServiceID // of those, the ones that its failure alone brings down
}

// City draws the map of all services in use.
func (a *Analyst) City(ctx context.Context, by people.Actor) (*CityMap, error) {
	v, err := a.look(ctx, by)
	if err != nil {
		return nil, err
	}
	out, err := a.cityNow(v)
	if err != nil {
		return nil, err
	}
	return out.Map, nil
}

// city is a map with the single points of failure that it counts. It is shared
// and never changes.
type city struct {
	Map    *CityMap
	Points []CityPoint
}

// cities keeps the maps of the current topology, one for each part of it that
// somebody may see: failing every candidate takes long, and most who ask ask
// about the same day.
type cities struct {
	mu   sync.Mutex
	of   *Topology
	all  *setting.All
	held map[string]*city
}

// mostCities bounds how many parts of a topology are kept.
const mostCities = 16

// cityNow draws the map of a topology that is not a sandbox's, or remembers it.
func (a *Analyst) cityNow(v *view) (*city, error) {
	all, part := a.Settings(), "all"
	if !v.scope.AllZones {
		part = fmt.Sprint(slices.Sorted(slices.Values(v.scope.Cleared)))
	}
	c := &a.Atlas.cities
	c.mu.Lock()
	if c.of != v.Topology || c.all != all || len(c.held) >= mostCities {
		c.of, c.all, c.held = v.Topology, all, map[string]*city{}
	}
	held := c.held[part]
	c.mu.Unlock()
	if held != nil {
		return held, nil
	}
	var drawn city
	var err error
	if drawn.Map, drawn.Points, err = a.cityOf(v); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == v.Topology && c.all == all {
		c.held[part] = &drawn
	}
	return &drawn, nil
}

// cityOf draws the map as it is in a view, and lists the single points of
// failure that it counts.
func (a *Analyst) cityOf(v *view) (*CityMap, []CityPoint, error) {
	all := a.Settings()
	points, err := v.citySingles(all)
	if err != nil {
		return nil, nil, err
	}
	breaks := map[record.ItemID][]record.ServiceID{}
	singles := map[record.ServiceID]int{}
	for _, p := range points {
		breaks[p.ID] = p.Services
		for _, s := range p.Services {
			if p.Service != s || !v.speaksFor(p.ID) { // a service's own item is no discovery
				singles[s]++
			}
		}
	}
	out := &CityMap{}
	needs := map[graph.Node][]record.ServiceID{}
	for _, thing := range all.Of(setting.Service) {
		doc, err := setting.Read[catalogue.Service](*thing)
		if err != nil {
			return nil, nil, err
		}
		if thing.Retired || !v.clears(doc.Zone) {
			continue
		}
		one := CityService{Service: record.ServiceID(thing.ID), Zone: doc.Zone, Criticality: Criticality(doc.Criticality), Singles: singles[record.ServiceID(thing.ID)]}
		v.stand(&one, needs)
		out.Services = append(out.Services, one)
	}
	slices.SortStableFunc(out.Services, func(a, b CityService) int {
		return cmp.Or(cmp.Compare(weight(b.Criticality), weight(a.Criticality)), cmp.Compare(a.Service, b.Service))
	})
	out.share(v, needs, breaks)
	return out, points, nil
}

func (v *view) speaksFor(id record.ItemID) bool {
	n, ok := v.at(id)
	return ok && v.speaks[n]
}

// stand finds what a service stands on, and notes it by item.
func (v *view) stand(one *CityService, needs map[graph.Node][]record.ServiceID) {
	var starts []graph.Node
	for _, n := range v.spoken[one.Service] {
		if v.sees(n) {
			starts = append(starts, n)
			one.Speaks = append(one.Speaks, v.nodes[n].ID)
		}
	}
	if len(starts) == 0 {
		return
	}
	for _, step := range v.Reach(starts, graph.Needs, graph.Degraded).Steps {
		if step.Prior < 0 || !v.sees(step.Node) {
			continue
		}
		one.Needs++
		needs[step.Node] = append(needs[step.Node], one.Service)
	}
}

// share lists what several services need.
func (c *CityMap) share(v *view, needs map[graph.Node][]record.ServiceID, breaks map[record.ItemID][]record.ServiceID) {
	rank := make(map[record.ServiceID]int, len(c.Services))
	for i, s := range c.Services {
		rank[s.Service] = i
	}
	for n, services := range needs {
		if len(services) < 2 {
			continue
		}
		slices.SortFunc(services, func(a, b record.ServiceID) int { return cmp.Compare(rank[a], rank[b]) })
		c.Shared = append(c.Shared, SharedItem{Node: v.nodes[n], Services: services, Breaks: breaks[v.nodes[n].ID]})
	}
	slices.SortFunc(c.Shared, func(a, b SharedItem) int {
		return cmp.Or(cmp.Compare(len(b.Services), len(a.Services)), cmp.Compare(len(b.Breaks), len(a.Breaks)), cmp.Compare(a.Code, b.Code))
	})
}
