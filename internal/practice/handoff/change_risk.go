package handoff

import (
	"context"

	"kilter/internal/base/graph"
	"kilter/internal/practice/catalogue"
	"kilter/internal/practice/change"
	"kilter/internal/practice/cmdb"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
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
	sight, err := p.Analyst.Sight(ctx, by)
	if err != nil {
		return f, err
	}
	nodes := sight.Places(c.Items)
	if len(c.Items) == 0 {
		nodes = sight.Speaking(c.Service)
	}
	var items []record.ItemID
	for _, n := range nodes {
		if sight.Sees(n) {
			items = append(items, sight.Behind(n).ID)
		}
	}
	if len(items) == 0 {
		return f, nil
	}
	hit, err := p.Analyst.Impact(ctx, by, cmdb.Question{Items: items})
	if err != nil {
		return f, err
	}
	return factsOf(hit, policy), nil
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
