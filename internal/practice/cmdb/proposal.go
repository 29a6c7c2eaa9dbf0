package cmdb

import (
	"slices"

	"kilter/internal/base/graph"
)

// Proposal is the impact and urgency of an incident as they follow from what
// suffers, each from 1, the highest, to 4. People accept it, or change it and
// say why.
type Proposal struct {
	Impact, Urgency int
	Why             []Reason
}

// Reason is one thing that spoke for a proposal: a message key and what it
// names.
type Reason struct {
	Key  string
	Args map[string]any
}

// propose derives impact from users, criticality and zone, and urgency from
// whether services stand still (domain/mof.md, IM: impact 1 is the city or a
// vital system, 2 a department, 3 a group, 4 one user; urgency 1 is stopped, 2
// seriously hindered, 3 hindered, 4 can wait).
func propose(policy ImpactPolicy, out *Impact) Proposal {
	p := Proposal{Impact: 4, Urgency: 4}
	raise := func(impact, urgency int, key string, args map[string]any) {
		if impact < p.Impact || urgency < p.Urgency {
			p.Why = append(p.Why, Reason{key, args})
		}
		p.Impact, p.Urgency = min(p.Impact, impact), min(p.Urgency, urgency)
	}
	for _, s := range out.Services {
		args := map[string]any{"service": int64(s.Service)}
		switch down := s.Condition == graph.Down; {
		case s.Condition == graph.OK:
			continue
		case down && s.Criticality == Vital:
			raise(1, 1, "cmdb.why.vital_down", args)
		case down && s.Criticality == Important:
			raise(2, 1, "cmdb.why.important_down", args)
		case down:
			raise(3, 1, "cmdb.why.service_down", args)
		case s.Criticality == Vital:
			raise(2, 2, "cmdb.why.vital_degraded", args)
		default:
			raise(3, 3, "cmdb.why.service_degraded", args)
		}
	}
	users := map[string]any{"n": out.Users}
	switch {
	case out.Users >= policy.City:
		raise(1, p.Urgency, "cmdb.why.users_city", users)
	case out.Users >= policy.Department:
		raise(2, p.Urgency, "cmdb.why.users_department", users)
	case out.Users >= policy.Group:
		raise(3, p.Urgency, "cmdb.why.users_group", users)
	}
	for _, z := range out.Zones {
		if z.Down > 0 && slices.Contains(policy.Zones, z.Zone) {
			raise(2, p.Urgency, "cmdb.why.zone", map[string]any{"zone": int64(z.Zone)})
		}
	}
	if len(out.Items) > 1 {
		raise(p.Impact, 3, "cmdb.why.others", map[string]any{"n": len(out.Items) - 1})
	}
	return p
}
