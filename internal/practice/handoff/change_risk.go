package handoff

import (
	"context"
	"slices"

	"kilter/internal/base/graph"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/setting"
)

// Weigh proposes the assessment of a change: its impact from what would suffer
// should all that it changes be out of service, as far as the reader may see
// it, and its likelihood from its answers and how like changes went.
func (p *Planning) Weigh(ctx context.Context, by people.Actor, c *change.Change) (*change.Proposal, error) {
	if err := by.May(cmdb.DeedImpact); err != nil {
		return nil, err
	}
	policy, err := p.Policy()
	if err != nil {
		return nil, err
	}
	facts, err := p.facts(ctx, by, c, policy)
	if err != nil {
		return nil, err
	}
	past, err := p.Past(ctx, by.Scope, c, p.Now().Add(-change.HistoryFor))
	if err != nil {
		return nil, err
	}
	out := policy.Propose(c, facts, past)
	return &out, nil
}

// facts are what the configuration says of the items of a change.
func (p *Planning) facts(ctx context.Context, by people.Actor, c *change.Change, policy change.Policy) (f change.Facts, err error) {
	items, err := p.changed(ctx, by, c)
	if err != nil || len(items) == 0 {
		return f, err
	}
	hit, err := p.Analyst.Impact(ctx, by, cmdb.Question{Items: items})
	if err != nil {
		return f, err
	}
	return factsOf(hit, policy), nil
}

// changed are the items that a change is about, as far as an actor sees them:
// those it names, else those that stand for its service.
func (p *Planning) changed(ctx context.Context, by people.Actor, c *change.Change) (items []record.ItemID, _ error) {
	sight, err := p.Analyst.Sight(ctx, by)
	if err != nil {
		return nil, err
	}
	nodes := sight.Places(c.Items)
	if len(c.Items) == 0 {
		nodes = sight.Speaking(c.Service)
	}
	for _, n := range nodes {
		if sight.Sees(n) {
			items = append(items, sight.Behind(n).ID)
		}
	}
	return items, nil
}

// Touches finds the services that do not work as they should while a change is
// carried out, and the departments that use them, within a scope.
func (p *Planning) Touches(ctx context.Context, scope people.Scope, c *change.Change) (out change.Affected, _ error) {
	by := people.System(people.ViaJob)
	by.Scope = scope
	items, err := p.changed(ctx, by, c)
	if err != nil || len(items) == 0 {
		return out, err
	}
	hit, err := p.Analyst.Impact(ctx, by, cmdb.Question{Items: items})
	if err != nil {
		return out, err
	}
	for _, d := range hit.Departments {
		if d.Condition != graph.OK {
			out.Departments = append(out.Departments, d.Department)
		}
	}
	for _, s := range hit.Services {
		if s.Condition == graph.OK {
			continue
		}
		out.Services = append(out.Services, s.Service)
		if t := p.Analyst.Settings().Find(setting.Service, int64(s.Service)); t != nil {
			doc, err := setting.Read[catalogue.Service](*t)
			if err != nil {
				return out, err
			}
			out.Departments = append(out.Departments, doc.For...) // who it is for, where that is said
		}
	}
	slices.Sort(out.Departments)
	out.Departments = slices.Compact(out.Departments)
	return out, nil
}

// factsOf picks what the risk of a change depends on. A platform is shared when
// two services go down with it.
func factsOf(hit *cmdb.Impact, policy change.Policy) change.Facts {
	f := change.Facts{Users: hit.Users}
	exchanges := map[record.ServiceID]bool{}
	for _, id := range policy.Exchange {
		exchanges[id] = true
	}
	down := 0
	for _, s := range hit.Services {
		if s.Condition == graph.OK {
			continue // only parts of it suffer
		}
		f.Services = append(f.Services, change.Suffering{Service: s.Service, Criticality: catalogue.Criticality(s.Criticality), State: s.Condition})
		f.Exchange = f.Exchange || exchanges[s.Service]
		if s.Condition == graph.Down {
			down++
		}
	}
	f.Shared = down > 1
	for _, z := range hit.Zones {
		if z.Zone != 0 {
			f.Zones++
		}
	}
	return f
}
